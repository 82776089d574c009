"""One small POST, within bounds: to a webhook or an ntfy topic, through a proxy where one is set.

Apart from any HTTP library so that cancelling ends it at once. HTTP/1.1 with
`Connection: close`; of the answer only the status is read. Redirects are not followed: an
alert goes where the user said and nowhere else.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import ssl
from urllib.parse import SplitResult, unquote, urlsplit

from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.network.connect import connect
from scribe_tui.network.http_head import ascii_url, status_of
from scribe_tui.network.proxies import Proxy, ProxyError, proxy_for
from scribe_tui.network.tunnel import TunnelError, TunnelFailure
from scribe_tui.sanitize import host_of

TIMEOUT_SECONDS = 10.0
"""For the whole exchange."""
MOST_HINTS = 10
"""Informational answers that may come before the answer itself."""
_TRY_AGAIN = frozenset({408, 425, 429})


async def post(
    url: str, body: bytes, headers: dict[str, str], timeout_seconds: float = TIMEOUT_SECONDS
) -> None:
    """POST `body` to `url`. Raises DeliveryError for anything but an answer of 2xx."""
    where = host_of(url)
    try:
        async with asyncio.timeout(timeout_seconds):
            status = await _exchange(url, body, headers)
    except TimeoutError:
        raise DeliveryError(f"{where} did not answer within {timeout_seconds:g} s") from None
    except ProxyError as error:
        raise DeliveryError(error.message.rstrip("."), permanent=True) from error
    except TunnelError as error:
        raise _refused(error, where) from error
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(f"the certificate of {where} is not valid", permanent=True) from error
    except (asyncio.IncompleteReadError, ConnectionResetError) as error:
        raise DeliveryError(f"{where} hangs up without an answer") from error
    except (asyncio.LimitOverrunError, ValueError) as error:
        raise DeliveryError(f"{where} does not answer in HTTP") from error
    except OSError as error:
        raise DeliveryError(f"{where} cannot be reached: {_reason(error)}") from error
    if 300 <= status < 400:
        reason = f"{where} sends one elsewhere ({status}), which is not followed"
        raise DeliveryError(f"{reason}; give the address it leads to", permanent=True)
    if not 200 <= status < 300:
        permanent = status < 500 and status not in _TRY_AGAIN
        raise DeliveryError(f"{where} answered {status}", permanent=permanent)


def _refused(error: TunnelError, where: str) -> DeliveryError:
    if error.failure is TunnelFailure.SILENT:
        return DeliveryError(f"{where} does not answer in HTTP")
    if error.failure is TunnelFailure.LOGIN:
        return DeliveryError(f"{error.proxy.name} does not take this login", permanent=True)
    is_status = error.code and not error.proxy.scheme.startswith("socks")
    status = f" ({error.code})" if is_status else ""
    return DeliveryError(f"{error.proxy.name} refuses the connection{status}", permanent=True)


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "nobody listens there"
    return (error.strerror or "the connection was lost").lower()


async def _exchange(url: str, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(ascii_url(url))
    proxy = proxy_for(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    reader, writer = await connect(parts.hostname or "", port, secure=secure, proxy=proxy)
    try:
        writer.write(_request(parts, body, headers, proxy))
        await writer.drain()
        return await _status(reader)
    finally:
        writer.transport.abort()


async def _status(reader: asyncio.StreamReader) -> int:
    """The final status; informational ones (100 Continue, 103 Early Hints) are skipped."""
    for _ in range(MOST_HINTS):
        status = status_of((await reader.readuntil(b"\r\n")).decode("latin-1"))
        if status is None:
            break
        if not 100 <= status < 200:
            return status
        while (await reader.readuntil(b"\r\n")).strip():
            pass
    raise ValueError("not HTTP")


def _request(
    parts: SplitResult, body: bytes, headers: dict[str, str], proxy: Proxy | None
) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    lines = []
    if proxy is not None and parts.scheme == "http" and not proxy.scheme.startswith("socks"):
        target = f"http://{host}{target}"
        if proxy.authorization:
            lines.append(f"Proxy-Authorization: {proxy.authorization}")
    if parts.username is not None and "Authorization" not in headers:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = [
        f"POST {target} HTTP/1.1",
        f"Host: {host}",
        "User-Agent: scribe-tui",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *lines,
    ]
    if any(not line.isprintable() for line in head):
        raise ValueError("a header that breaks the line")
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
