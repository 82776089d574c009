"""What went wrong on the speech side, as sentences for people and a class for the program.

Which error means what: the vendor's event reference, and for what the live service
closes afterwards the reports of third-party clients.
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
"""`SpeechError.kind` of a connection that never opened, HTTP answers of 401 and 429 apart."""
REQUEST_REFUSED = "request_refused"
"""`SpeechError.kind` of an HTTP answer that the same request will get again, by its status."""
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

    An unknown kind is worth another attempt after a wait.
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
    """The error for a connection that ended without being closed here.

    1000 from the service is no normal end: it also closes so after a refused key or 15 s
    without a message (reported). A reason that names an error type is that error.
    `input_error` is the exception: once the connection is gone there is nothing to ignore.
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
    """The error for a connection that never opened, worth another attempt after a wait.

    `proxy`: the name of the one on the way, for what fails there looks like a failure of
    the host itself.
    """
    where = f"the network, {proxy} and --endpoint" if proxy else "the network and --endpoint"
    remedy = remedy or f"Check {where}."
    message = _sentence(message, detail)
    return SpeechError(title, message, remedy, kind=UNREACHABLE, retry=Retry.BACKOFF)


def request_refused(title: str, message: str, detail: str = "") -> SpeechError:
    """The error for a host that will not take this request, however often it is made."""
    remedy = "Check --endpoint, the key and the settings of this source, then start again."
    return SpeechError(
        title, _sentence(message, detail), remedy, kind=REQUEST_REFUSED, retry=Retry.NEVER
    )


def without_secrets(text: str, *secrets: str | None) -> str:
    """`text` as one harmless line in which `secrets`, and all else that is secret, is `***`."""
    return harmless_line(mask_url(without(text, secrets)))


def conceal(message: Message, secrets: Sequence[str]) -> Message:
    """`message`; errors and warnings without the secrets and without all that looks like one.

    Their texts end up on screen and on disk.
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
    """A close frame's reason; what it says, where it is a JSON object."""
    if not reason.startswith("{"):
        return reason
    try:
        value = json.loads(reason)
    except (ValueError, RecursionError):
        return reason
    return reason_in(value) or reason


def _sentence(message: str, detail: str) -> str:
    return f"{message}: {detail.rstrip('.')}." if detail else f"{message}."
