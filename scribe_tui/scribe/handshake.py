"""What both transports do around the opening of a connection: checks before, errors after."""

from __future__ import annotations

import errno
import logging
import os
import socket
import ssl
import urllib.request
from http import HTTPStatus

from websockets.exceptions import InvalidHandshake, InvalidProxy, InvalidStatus, ProxyError

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.sanitize import host_of, mask_url
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.failures import speech_error, without_secrets
from scribe_tui.scribe.query import is_loopback, normalise_endpoint
from scribe_tui.scribe.wire import ErrorKind

OPEN_TIMEOUT_SECONDS = 10.0
CLOSE_TIMEOUT_SECONDS = 2.0
MAX_MESSAGE_BYTES = 8 * 2**20
"""Largest message taken; a longer one ends the connection. The service states no limit."""
UNREACHABLE = "unreachable"
"""`SpeechError.kind` of a connection that never opened, HTTP answers of 401 and 429 apart."""

_CAUSES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    ((ProxyError, InvalidProxy), "proxy failed", "The proxy on the way to {host} failed"),
    (
        TimeoutError,
        "no answer",
        f"{{host}} did not answer within {OPEN_TIMEOUT_SECONDS:g} seconds",
    ),
    (
        ssl.SSLCertVerificationError,
        "not trusted",
        "The certificate of {host} is not trusted by this machine",
    ),
    (ssl.SSLError, "no encryption", "No encrypted connection to {host} could be made"),
    (socket.gaierror, "unknown host", "The host name {host} is not known"),
    (
        (InvalidHandshake, EOFError),
        "no speech service",
        "{host} does not answer as a speech service",
    ),
)

_NO_CLOSE_FRAME = 1006  # RFC 6455: never on the wire, stands for a missing close frame


def prepare(endpoint: Endpoint) -> str:
    """The endpoint's base URL, once everything is fit for connecting.

    The websocket library writes request headers, and with them the key, to its log at
    DEBUG: that level is shut off here. Raises UsageError for an unusable address,
    SpeechError for a key that cannot be a header.
    """
    logging.getLogger("websockets.client").setLevel(logging.INFO)
    key = endpoint.api_key
    if key is not None and not (key.isascii() and key.isprintable() and key == key.strip()):
        raise speech_error(ErrorKind.AUTH, "it holds characters that no key has")
    return normalise_endpoint(endpoint.url)


def exempt_from_proxy(base: str) -> None:
    """Keep a connection to this machine away from a proxy named in the environment.

    For a client that reads the environment by itself. Where no proxy is named there,
    nothing is changed: the variable would switch off the proxies of the system settings.
    """
    named = urllib.request.getproxies_environment()
    if not is_loopback(base) or not set(named) - {"no"}:
        return
    host = host_of(base)
    exempt = [name for name in named.get("no", "").split(",") if name.strip()]
    if host not in exempt:
        os.environ["no_proxy"] = ",".join([*exempt, host])


def handshake_error(error: Exception, endpoint: Endpoint) -> SpeechError:
    """The error for a connection that could not be opened.

    HTTP 401 and 403 are fatal, 429 waits longer; all else is worth another attempt.
    """
    host = host_of(normalise_endpoint(endpoint.url))
    if isinstance(error, InvalidStatus):
        return _status_error(error.response.status_code, host)
    if f"[Errno {errno.ECONNREFUSED}]" in str(error):  # also several addresses in one error
        return _unreachable("refused", f"Nothing takes connections at {host}")
    for kinds, title, message in _CAUSES:
        if isinstance(error, kinds):
            return _unreachable(title, message.format(host=host))
    detail = without_secrets(mask_url(str(error)), endpoint.api_key)
    return _unreachable("unreachable", f"{host} cannot be reached", detail)


def close_info(code: int | None, reason: str | None, fault: str, endpoint: Endpoint) -> CloseInfo:
    """How a connection ended, from the websocket library's code and reason.

    Without a close frame, `fault` (why this side thinks so) takes the reason's place.
    """
    broken = code is None or code == _NO_CLOSE_FRAME
    text = without_secrets((reason or fault) if broken else (reason or ""), endpoint.api_key)
    return CloseInfo(None if broken else code, text)


def _status_error(status: int, host: str) -> SpeechError:
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else ""
    answer = f"{host} answered {status} {phrase}".strip()
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return speech_error(ErrorKind.AUTH, answer)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return speech_error(ErrorKind.RATE_LIMITED, answer)
    return _unreachable(f"HTTP {status}", f"{answer} instead of opening a connection")


def _unreachable(title: str, message: str, detail: str = "") -> SpeechError:
    sentence = f"{message}: {detail}." if detail else f"{message}."
    # What fails between here and a proxy looks like a failure of the host itself.
    proxy = ", the proxy settings" if urllib.request.getproxies() else ""
    remedy = f"Check the network{proxy} and --endpoint."
    return SpeechError(title, sentence, remedy, kind=UNREACHABLE, retry=Retry.BACKOFF)
