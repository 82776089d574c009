"""What both transports do around the opening of a connection: checks before, errors after."""

from __future__ import annotations

import errno
import logging
import socket
import ssl
from typing import Final

from websockets.exceptions import (
    InvalidHandshake,
    InvalidProxy,
    InvalidProxyStatus,
    InvalidStatus,
    ProxyError,
    WebSocketException,
)

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.network import proxies
from scribe_tui.sanitize import SHORTEST_SECRET, host_of, secrets_in
from scribe_tui.scribe.answers import refused_by_proxy, refused_by_status
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.failures import speech_error, unreachable, without_secrets
from scribe_tui.scribe.query import is_loopback, normalise_endpoint
from scribe_tui.scribe.wire import ErrorKind
from scribe_tui.settings import SpeechSettings

OPEN_TIMEOUT_SECONDS = 10.0
CLOSE_TIMEOUT_SECONDS = 2.0
MAX_MESSAGE_BYTES = 8 * 2**20
"""Largest message accepted; a longer one ends the connection. The service states no limit."""

OPENING_ERRORS: Final = (
    OSError,
    EOFError,
    WebSocketException,
    proxies.ProxyError,
    ImportError,  # a SOCKS proxy without its library
    ValueError,  # an invalid address, an answer that is not HTTP
)
"""The exceptions that `handshake_error` accepts."""

_CLOCK = "Check the date and time of this machine, or tell whoever runs the host."
_OTHER_HOST = (
    "Check --endpoint; the login page of a network or a proxy may have answered in its place."
)
_CERTIFICATES: Final = {
    9: ("certificate too new", "The certificate of {host} is not valid yet", _CLOCK),
    10: ("certificate expired", "The certificate of {host} has expired", _CLOCK),
    62: ("other certificate", "The certificate shown by {host} is another host's", _OTHER_HOST),
    64: ("other certificate", "The certificate shown by {host} is another host's", _OTHER_HOST),
}
"""Title, message and remedy by OpenSSL's verify code (x509_vfy.h)."""

_CAUSES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (
        (ProxyError, InvalidProxy),
        "proxy failed",
        "The proxy on the way to {host} failed",
    ),
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
_PROXY_CAUSES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str, str], ...] = (
    (socket.gaierror, "unknown proxy", "The host name of {proxy} is not known"),
    (TimeoutError, "no answer", "{host} could not be reached through {proxy} within 10 seconds"),
    ((ProxyError, InvalidProxy), "proxy failed", "On the way to {host}, {proxy} failed"),
)

_NO_CLOSE_FRAME = 1006  # RFC 6455: never sent; it stands for a missing close frame


def prepare(endpoint: Endpoint) -> str:
    """Check the endpoint before connecting, and return its base URL.

    The websocket library logs request headers, which contain the key, at level DEBUG: this
    turns that level off. Raises UsageError for an unusable address, and SpeechError for a key
    that cannot be sent in a header.
    """
    logging.getLogger("websockets.client").setLevel(logging.INFO)
    key = endpoint.api_key
    if key is not None and not (key.isascii() and key.isprintable() and key == key.strip()):
        raise speech_error(ErrorKind.AUTH, "it holds characters that no key has")
    return normalise_endpoint(endpoint.url)


def secrets_of(endpoint: Endpoint, speech: SpeechSettings) -> tuple[str, ...]:
    """The secrets of this connection, which the service might repeat in its texts."""
    extra = (value for _, value in speech.extra if len(value) >= SHORTEST_SECRET)
    secrets = (endpoint.api_key, *extra, *secrets_in(endpoint.url))
    return tuple(value for value in secrets if value)


def proxy_of(url: str) -> proxies.Proxy | None:
    """The proxy for `url`, None for none or for this machine. Raises `proxies.ProxyError`."""
    return None if is_loopback(url) else proxies.proxy_for(url)


def handshake_error(error: Exception, endpoint: Endpoint) -> SpeechError:
    """The error for a connection that could not be opened.

    A wrong proxy setting, HTTP 401, 402 and 403, and statuses that refuse the request itself are
    fatal. After 429 the program waits longer, after all others the usual time.
    """
    base = normalise_endpoint(endpoint.url)
    host, proxy = host_of(base), _proxy_name(base)
    if isinstance(error, proxies.ProxyError):
        return SpeechError(
            error.title, error.message, error.remedy, kind="proxy", retry=Retry.NEVER
        )
    if isinstance(error, InvalidProxyStatus):
        return refused_by_proxy(error.response, host, proxy or "the proxy")
    if isinstance(error, InvalidStatus):
        return refused_by_status(error.response, host, endpoint.api_key)
    if isinstance(error, ssl.SSLCertVerificationError):
        known = _CERTIFICATES.get(getattr(error, "verify_code", 0))
        if known is not None:
            return unreachable(known[0], known[1].format(host=host), remedy=known[2])
    if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
        return unreachable(
            "no descriptors left",
            f"{host} was not called: this program has no more files and connections left to open",
            remedy="Raise the limit (ulimit -n), or run fewer sources at once.",
        )
    if f"[Errno {errno.ECONNREFUSED}]" in str(error):  # also several addresses in one error
        return unreachable("refused", f"Nothing takes connections at {proxy or host}", proxy=proxy)
    causes = (*_PROXY_CAUSES, *_CAUSES) if proxy else _CAUSES
    for kinds, title, message in causes:
        if isinstance(error, kinds):
            # Only the cause says why a SOCKS proxy refuses, such as a missing login.
            why = error.__cause__ if isinstance(error, ProxyError) else None
            detail = without_secrets(str(why or ""))
            return unreachable(title, message.format(host=host, proxy=proxy), detail, proxy=proxy)
    detail = without_secrets(str(error), endpoint.api_key)
    message = f"{host} cannot be reached" + (f" through {proxy}" if proxy else "")
    return unreachable("unreachable", message, detail, proxy=proxy)


def close_info(
    code: int | None, reason: str | None, fault: str, secrets: tuple[str, ...] = ()
) -> CloseInfo:
    """How a connection ended, from the websocket library's code and reason.

    Without a close frame and a reason, `fault` (why this side gave up) is used as the reason.
    """
    broken = code is None or code == _NO_CLOSE_FRAME
    text = without_secrets((reason or fault) if broken else (reason or ""), *secrets)
    return CloseInfo(None if broken else code, text)


def _proxy_name(base: str) -> str:
    try:
        proxy = proxy_of(base)
    except proxies.ProxyError:
        return ""
    return proxy.name if proxy is not None else ""
