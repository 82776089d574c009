"""HTTP answers that refuse a websocket, as errors with status, reason and a wait if asked for."""

from __future__ import annotations

import json
from http import HTTPStatus
from urllib.parse import urljoin

from websockets.http11 import Response

from scribe_tui.errors import SpeechError
from scribe_tui.network.retry_after import seconds_asked
from scribe_tui.sanitize import host_of
from scribe_tui.scribe import wire
from scribe_tui.scribe.codec import reason_in
from scribe_tui.scribe.failures import (
    known_kind,
    request_refused,
    speech_error,
    unreachable,
    without_secrets,
)
from scribe_tui.scribe.wire import ErrorKind

MAX_BODY_BYTES = 64 * 1024
"""Longest body, in bytes, that is searched for a reason."""

_MAX_PLAIN_CHARS = 300

_FINAL = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.NOT_ACCEPTABLE,
        HTTPStatus.GONE,
        HTTPStatus.LENGTH_REQUIRED,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.REQUEST_URI_TOO_LONG,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.EXPECTATION_FAILED,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.UPGRADE_REQUIRED,
        HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
        HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS,
        HTTPStatus.NOT_IMPLEMENTED,
        HTTPStatus.HTTP_VERSION_NOT_SUPPORTED,
    }
)
"""Statuses that refuse the request itself: repeating it gets the same answer. The causes of all
others may go away: 404 and 5xx while a service is deployed or overloaded; 408, 409, 421, 423 and
425 by their definition; 200, 3xx and 511 come from the login page of a network; 407 from a proxy
that may accept its users again later. 401, 402, 403 and 429 have errors of their own."""


def refused_by_status(response: Response, host: str, key: str | None = None) -> SpeechError:
    """The error for an HTTP answer of `host` that did not open a websocket."""
    status = response.status_code
    named, reason = _reason(response)
    answer = _with(f"{host} answered {_status(response)}", without_secrets(reason, key))
    wait = seconds_asked(_header(response, "Retry-After"), _header(response, "Date"))
    if named is None and status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        named = ErrorKind.AUTH
    if named is None and status == HTTPStatus.PAYMENT_REQUIRED:
        named = ErrorKind.QUOTA_EXCEEDED
    if named is None and status == HTTPStatus.TOO_MANY_REQUESTS:
        named = ErrorKind.RATE_LIMITED
    if named is not None:
        error = speech_error(named, answer)
    elif status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        error = unreachable(
            "proxy wants login",
            f"A proxy on the way to {host} wants a user name and a password ({_status(response)})",
            remedy="Name it in https_proxy, as http://USER:PASSWORD@HOST:PORT.",
        )
    elif 300 <= status < 400:
        error = _redirected(response, host)
    else:
        message = f"{host} answered {_status(response)} instead of opening a connection"
        make = request_refused if status in _FINAL else unreachable
        error = make(f"HTTP {status}", message, without_secrets(reason, key))
    if wait:
        error.message += f" It asks to wait {wait:g} s."
        error.args = (error.message,)
        error.retry_after_seconds = wait
    return error


def refused_by_proxy(response: Response, host: str, proxy: str) -> SpeechError:
    """The error for an HTTP answer of a proxy (its name is `proxy`) that opened no tunnel."""
    status = _status(response)
    if response.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        message = f"On the way to {host}, {proxy} wants a user name and a password ({status})"
        remedy = "Put them into that variable, as http://USER:PASSWORD@HOST:PORT."
        return unreachable("proxy wants login", message, remedy=remedy)
    if response.status_code == HTTPStatus.FORBIDDEN:
        message = f"A connection to {host} is forbidden by {proxy} ({status})"
        remedy = "Ask whoever runs the proxy to allow it, or name the host in no_proxy."
        return unreachable("proxy forbids", message, remedy=remedy)
    message = f"On the way to {host}, {proxy} answered {status}"
    return unreachable("proxy failed", message, proxy=proxy)


def _redirected(response: Response, host: str) -> SpeechError:
    """The error for a redirect, which is never followed: its target would get the key."""
    target = _header(response, "Location")
    try:
        shown = without_secrets(host_of(urljoin(f"https://{host}", target))) if target else ""
    except ValueError:
        shown = ""
    return unreachable(
        f"HTTP {response.status_code}",
        f"{host} answered {_status(response)} instead of opening a connection"
        + (f" and points to {shown}" if shown else ""),
        remedy="Redirects are not followed, because the key would go along: check --endpoint.",
    )


def _header(response: Response, name: str) -> str:
    return next(iter(response.headers.get_all(name)), "")


def _status(response: Response) -> str:
    status = response.status_code
    phrase = HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else ""
    return f"{status} {phrase}".strip()


def _with(sentence: str, reason: str) -> str:
    return f"{sentence}: {reason}" if reason else sentence


def _reason(response: Response) -> tuple[ErrorKind | None, str]:
    """The known error type the body names (or None), and its reason in words (or "")."""
    body = bytes(response.body or b"")
    if not body or len(body) > MAX_BODY_BYTES:
        return None, ""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:  # compressed, or not text
        return None, ""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        plain = text.strip()
        return None, plain if len(plain) <= _MAX_PLAIN_CHARS and "<" not in plain else ""
    return _named(value), reason_in(value)


def _named(value: object) -> ErrorKind | None:
    """The known error type in a type, status or code field of the object or of one inside it."""
    fields = [value] if isinstance(value, dict) else []
    fields += [inner for item in fields for inner in item.values() if isinstance(inner, dict)]
    for item in fields:
        for name in (wire.TYPE, "status", "code", "type"):
            kind = item.get(name)
            if isinstance(kind, str) and (known := known_kind(kind)) is not None:
                return known
    return None
