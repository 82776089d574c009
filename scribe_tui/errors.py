"""The errors of this program: each has a sentence for people and says whether to try again."""

from __future__ import annotations

import errno
import os
from enum import StrEnum


class Retry(StrEnum):
    """What the program does by itself about an error."""

    NEVER = "never"
    """Fatal: trying again cannot help until a person changes something."""
    NOW = "now"
    """Not a fault: reconnect at once."""
    BACKOFF = "backoff"
    """Try again after a growing wait."""
    SLOW_BACKOFF = "slow_backoff"
    """The other side is overloaded: try again after a growing wait, with a longer first one."""
    IGNORE = "ignore"
    """Show it to the user; the connection stays open."""


class ScribeTuiError(Exception):
    """Base of all errors this program raises on purpose.

    `title` is two or three words for a narrow status bar; `message` is one whole sentence
    that names the source and what happened; `remedy` is what the user can do, or "".
    None of them may hold a key, a token or a URL's password: mask before raising.
    """

    retry = Retry.NEVER

    def __init__(self, title: str, message: str, remedy: str = "", *, retry: Retry | None = None):
        super().__init__(message)
        self.title = title
        self.message = message
        self.remedy = remedy
        if retry is not None:
            self.retry = retry

    @property
    def sentence(self) -> str:
        """Message and remedy as one text."""
        return f"{self.message} {self.remedy}".strip()


class UsageError(ScribeTuiError):
    """A wrong option, setting, source or settings file; at the start it gives exit code 2."""


class SourceError(ScribeTuiError):
    """The audio side of one session failed.

    `retry_after_seconds`: the least wait that the other side asked for, 0 if it did not.
    """

    retry = Retry.BACKOFF
    retry_after_seconds = 0.0


class SpeechError(ScribeTuiError):
    """The speech side of one session failed. `kind` is the service's error type or one of ours.

    `retry_after_seconds`: the least wait that the other side asked for, 0 if it did not.
    """

    retry = Retry.BACKOFF
    retry_after_seconds = 0.0

    def __init__(
        self,
        title: str,
        message: str,
        remedy: str = "",
        *,
        retry: Retry | None = None,
        kind: str = "",
    ):
        super().__init__(title, message, remedy, retry=retry)
        self.kind = kind


NO_TEXT = "no_text"
"""`SpeechError.kind` if sound gets no text."""


class JournalError(ScribeTuiError):
    """The session log cannot be written. Lines are held in memory until it can."""

    retry = Retry.BACKOFF


_NO_MORE_FILES = (errno.EMFILE, errno.ENFILE)
_NO_MORE_FILES_WORDS = tuple(os.strerror(number) for number in _NO_MORE_FILES)


def descriptors_are_exhausted(error: Exception) -> bool:
    """Whether `error` means that this program may open no more files.

    It may be an ImportError, because an import opens files, too.
    """
    if isinstance(error, ImportError):
        return any(words in str(error) for words in _NO_MORE_FILES_WORDS)
    return isinstance(error, OSError) and error.errno in _NO_MORE_FILES


def no_descriptors(where: str) -> SourceError:
    """The error for `where`, which cannot be opened for want of file descriptors."""
    return SourceError(
        "too many files",
        f"{where} cannot be opened: this program has no file descriptors left.",
        "Close some sources, or allow more open files: ulimit -n 4096.",
    )
