"""Errors of the speech service, as sentences for people and as SpeechError for the program.

Sources: the vendor's event reference for what an error means, and reports of third-party clients
for the errors after which the live service closes the connection.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.sanitize import harmless_line, mask_url, without
from scribe_tui.scribe.codec import reason_in
from scribe_tui.scribe.connection import CloseInfo
from scribe_tui.scribe.messages import Malformed, Message, ServiceError, ServiceWarning
from scribe_tui.scribe.wire import ERROR_ALIASES, ErrorKind

UNREACHABLE = "unreachable"
"""`SpeechError.kind` of a connection that never opened, unless the HTTP answer has its own kind."""
REQUEST_REFUSED = "request_refused"
"""`SpeechError.kind` of an HTTP answer whose status refuses the request for good."""
CLOSED = "closed"
"""`SpeechError.kind` of a connection that ended without an error message."""

_CHECK_KEY = (
    "Correct ELEVENLABS_API_KEY: one in .env counts at the source's next start (s), one in the "
    "environment at the program's."
)

_KINDS: dict[ErrorKind, tuple[Retry, str, str, str]] = {
    ErrorKind.ERROR: (
        Retry.BACKOFF,
        "service error",
        "The speech service reported an error",
        "",
    ),
    ErrorKind.AUTH: (
        Retry.NEVER,
        "key refused",
        "The speech service refused the API key",
        _CHECK_KEY,
    ),
    ErrorKind.QUOTA_EXCEEDED: (
        Retry.NEVER,
        "quota used up",
        "The quota of this API key is used up",
        "Add credits or use another key, then start again.",
    ),
    ErrorKind.UNACCEPTED_TERMS: (
        Retry.NEVER,
        "terms not accepted",
        "The terms of the speech product are not accepted yet for this account",
        "Accept them at elevenlabs.io, then start again.",
    ),
    ErrorKind.INVALID_REQUEST: (
        Retry.NEVER,
        "setting refused",
        "The speech service refused a setting of this source",
        "Change or remove that setting, then start again.",
    ),
    ErrorKind.INPUT: (
        Retry.IGNORE,
        "message refused",
        "The speech service did not accept a message",
        "",
    ),
    ErrorKind.CHUNK_SIZE_EXCEEDED: (
        Retry.NOW,
        "chunk too big",
        "A chunk of sound was too big for the speech service",
        "",
    ),
    ErrorKind.COMMIT_THROTTLED: (
        Retry.NOW,
        "commit too soon",
        "The speech service refused a commit that came too soon",
        "",
    ),
    ErrorKind.RATE_LIMITED: (
        Retry.SLOW_BACKOFF,
        "rate limited",
        "The speech service limits the number of requests or sessions of this key",
        "Run fewer sources at once if this goes on.",
    ),
    ErrorKind.QUEUE_OVERFLOW: (
        Retry.BACKOFF,
        "queue overflow",
        "The speech service got sound faster than it could take it",
        "",
    ),
    ErrorKind.RESOURCE_EXHAUSTED: (
        Retry.SLOW_BACKOFF,
        "service busy",
        "The speech service has no capacity left at the moment",
        "",
    ),
    ErrorKind.SESSION_TIME_LIMIT_EXCEEDED: (
        Retry.NOW,
        "session limit",
        "The speech service ended a session that reached its longest time",
        "",
    ),
    ErrorKind.INSUFFICIENT_AUDIO_ACTIVITY: (
        Retry.NOW,
        "too little sound",
        "The speech service ended a session because it got too little sound",
        "",
    ),
    ErrorKind.TRANSCRIBER: (
        Retry.BACKOFF,
        "recognition failed",
        "The recognition failed at the speech service",
        "",
    ),
}

_CLOSE_CODES: dict[int, tuple[str, str, Retry]] = {
    1001: ("service restarts", "The speech service went away", Retry.BACKOFF),
    1009: ("message too big", "A message was too big for the connection", Retry.BACKOFF),
    1011: ("service fault", "The speech service ended the connection by a fault", Retry.BACKOFF),
    1012: ("service restarts", "The speech service restarts", Retry.BACKOFF),
    1013: ("service busy", "The speech service asks to try again later", Retry.SLOW_BACKOFF),
}


def speech_error(kind: str, text: str = "") -> SpeechError:
    """The error for an error message of type `kind` with the service's own `text`.

    For an unknown kind the program connects again after a wait.
    """
    known = known_kind(kind)
    detail = without_secrets(text)
    if known is None:
        name = harmless_line(kind)
        message = _sentence(f"The speech service reported {name}", detail)
        return SpeechError("service error", message, kind=name, retry=Retry.BACKOFF)
    retry, title, message, remedy = _KINDS[known]
    return SpeechError(title, _sentence(message, detail), remedy, kind=known, retry=retry)


def closed_error(close: CloseInfo) -> SpeechError:
    """The error for a connection that this program did not close.

    Code 1000 from the service is not a normal end: the service also closes with it after a
    refused key or 15 s without a message (reported). If the reason names an error type, that
    error is returned; except `input_error`, which is ignored only on a connection still open.
    """
    reason = _readable(close.reason)
    known = known_kind(reason)
    if known is not None and known is not ErrorKind.INPUT:
        return speech_error(known)
    detail = without_secrets(reason)
    if close.code is None:
        message = _sentence("The connection to the speech service broke off", detail)
        return SpeechError("connection lost", message, kind=CLOSED, retry=Retry.BACKOFF)
    title, message, retry = _CLOSE_CODES.get(
        close.code,
        ("connection closed", "The speech service closed the connection", Retry.BACKOFF),
    )
    message = _sentence(f"{message} (code {close.code})", detail)
    return SpeechError(title, message, kind=CLOSED, retry=retry)


def unreachable(
    title: str, message: str, detail: str = "", *, remedy: str = "", proxy: str = ""
) -> SpeechError:
    """The error for a connection that never opened; it may be tried again after a wait.

    `proxy` is the name of the proxy on the way, if any: the remedy mentions it, because a
    failure of the proxy looks like one of the host.
    """
    where = f"the network, {proxy} and --endpoint" if proxy else "the network and --endpoint"
    remedy = remedy or f"Check {where}."
    message = _sentence(message, detail)
    return SpeechError(title, message, remedy, kind=UNREACHABLE, retry=Retry.BACKOFF)


def request_refused(title: str, message: str, detail: str = "") -> SpeechError:
    """The error for a host that will refuse this request each time it is made."""
    remedy = "Check --endpoint, the key and the settings of this source, then start again."
    return SpeechError(
        title, _sentence(message, detail), remedy, kind=REQUEST_REFUSED, retry=Retry.NEVER
    )


def without_secrets(text: str, *secrets: str | None) -> str:
    """`text` as one harmless line with `***` for `secrets` and all else that looks secret."""
    return harmless_line(mask_url(without(text, secrets)))


def conceal(message: Message, secrets: Sequence[str]) -> Message:
    """`message` with `***` for secrets in the texts of errors, warnings and malformed messages.

    These texts are shown on screen and written to disk.
    """
    if isinstance(message, ServiceError | ServiceWarning):
        return replace(message, text=without_secrets(message.text, *secrets))
    if isinstance(message, Malformed):
        return replace(message, said=without_secrets(message.said, *secrets))
    return message


def known_kind(kind: str) -> ErrorKind | None:
    """The error type called `kind`, under its own or an older name; None if there is none."""
    if kind in ERROR_ALIASES:
        return ERROR_ALIASES[kind]
    return ErrorKind(kind) if kind in ErrorKind.__members__.values() else None


def _readable(reason: str) -> str:
    """The reason of a close frame; if it is a JSON object, the reason inside that."""
    if not reason.startswith("{"):
        return reason
    try:
        value = json.loads(reason)
    except (ValueError, RecursionError):
        return reason
    return reason_in(value) or reason


def _sentence(message: str, detail: str) -> str:
    return f"{message}: {detail.rstrip('.')}." if detail else f"{message}."
