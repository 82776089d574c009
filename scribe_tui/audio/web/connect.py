"""Open a connection to a web server; failures become SourceErrors."""

from __future__ import annotations

import contextlib
import socket
from asyncio import StreamWriter

from scribe_tui.audio import failures
from scribe_tui.audio.web import proxy_failures
from scribe_tui.audio.web.address import Address
from scribe_tui.errors import SourceError
from scribe_tui.network import connect as network
from scribe_tui.network.proxies import Proxy, ProxyError, proxy_for
from scribe_tui.network.tunnel import Streams, TunnelError, TunnelFailure


def proxy_of(address: Address) -> Proxy | None:
    """The proxy an address is reached through. Raises SourceError for an unusable one."""
    try:
        return proxy_for(address.url)
    except ProxyError as error:
        raise SourceError(error.title, error.message, error.remedy, retry=error.retry) from error


async def connect(address: Address, proxy: Proxy | None) -> Streams:
    """Return a connection on which `address` can be requested, through `proxy` unless None.

    The caller closes the writer. Raises SourceError for an unknown host or a proxy that fails,
    OSError for a failed connection.
    """
    try:
        return await network.connect(
            address.host, address.port, secure=address.is_secure, proxy=proxy
        )
    except UnicodeError as error:
        raise failures.unknown_host(address.where, temporary=False) from error
    except socket.gaierror as error:
        looked_up = proxy.name if proxy else address.where
        again = error.errno == socket.EAI_AGAIN
        raise failures.unknown_host(looked_up, temporary=again) from error
    except TunnelError as error:
        raise _tunnel_failure(error, address.where) from None


def _tunnel_failure(error: TunnelError, where: str) -> SourceError:
    match error.failure:
        case TunnelFailure.SILENT:
            return proxy_failures.proxy_silent(error.proxy.name, where)
        case TunnelFailure.UNREACHED:
            return proxy_failures.proxy_unreached(error.code, error.proxy.name, where)
        case TunnelFailure.LOGIN:
            return proxy_failures.proxy_login(
                error.proxy.name, where, had_password=bool(error.proxy.user)
            )
        case TunnelFailure.NO_PROXY:
            return proxy_failures.proxy_refused(None, error.proxy.name, where)
        case TunnelFailure.REFUSED:
            return proxy_failures.proxy_refused(error.code, error.proxy.name, where)


def abort(writer: StreamWriter) -> None:
    """Close a connection without waiting."""
    with contextlib.suppress(RuntimeError):  # the loop is closing
        writer.transport.abort()
