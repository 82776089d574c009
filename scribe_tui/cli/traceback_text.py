"""Tracebacks for the diagnostics file: places and types, never the messages of exceptions.

Messages may quote what was spoken, or contain an address with a password.
"""

from __future__ import annotations

import errno
import traceback

MOST_EXCEPTIONS = 12
"""Most causes, and members of groups, that one traceback shows."""


def traceback_text(error: BaseException) -> str:
    """Return `error`, its causes, and the members of groups, the outermost last."""
    parts: list[str] = []
    _collect(error, parts)
    return "\n\n".join(reversed(parts))


def _collect(error: BaseException, parts: list[str]) -> None:
    if len(parts) >= MOST_EXCEPTIONS:
        return
    trace = "".join(traceback.format_tb(error.__traceback__))
    parts.append(f"Traceback (most recent call last):\n{trace}{_kind_of(error)}")
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            _collect(member, parts)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        _collect(cause, parts)


def _kind_of(error: BaseException) -> str:
    """Return the exception's class, with the number of a system error."""
    if isinstance(error, OSError) and error.errno is not None:
        return f"{type(error).__name__} {errno.errorcode.get(error.errno, error.errno)}"
    return type(error).__name__
