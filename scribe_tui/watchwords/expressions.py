"""Regular expressions of the user, with a time limit: one that exceeds it is disabled."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.settings.watch import WatchSettings

TIMEOUT_SECONDS = 0.02
"""Longest time one expression may take over one text."""
MOST_TIMEOUTS = 3
"""Timeouts after which an expression is not used again."""
TEXTS_FORGIVEN = 1000
"""After this many texts within the limit an earlier timeout is forgotten: the machine may have been
slow."""
MOST_REPEATS = 100_000
"""Largest product of the counts in an expression; more take gigabytes and minutes to compile."""
MOST_FINDS = 50
"""Most finds of one expression in one text; more are noise."""
MAX_HEAD_CHARS = 400
"""Characters at the beginning of a text that may belong to a find that began before it."""

Span = tuple[str, str, int, int]
"""(name of the list, expression, start, end): a half-open span of characters."""
_STOPS = " .,;:!?…。、"


@dataclass(slots=True)
class _Expression:
    watch: str
    text: str
    compiled: Any
    timeouts: int = 0
    in_time: int = 0


class Expressions:
    """The expressions of all lists, compiled. Not shared between threads."""

    def __init__(
        self, watches: Iterable[WatchSettings], put_aside: Callable[[str], None] = lambda _: None
    ) -> None:
        """Raises UsageError for an invalid expression.

        `put_aside` gets a sentence when an expression is disabled.
        """
        self._put_aside = put_aside
        self._expressions = [
            _Expression(watch.name, text, compile_expression(text))
            for watch in watches
            for text in watch.regex
        ]

    def __bool__(self) -> bool:
        return bool(self._expressions)

    def spans(self, text: str) -> Iterator[Span]:
        """All finds in `text`, none of them empty."""
        for expression in list(self._expressions):
            try:
                found = []
                for match in expression.compiled.finditer(text, timeout=TIMEOUT_SECONDS):
                    if match.end() > match.start():
                        found.append((expression.watch, expression.text, *match.span()))
                    if len(found) >= MOST_FINDS:
                        break
            except TimeoutError:
                self._timed_out(expression)
                continue
            expression.in_time += 1
            if expression.in_time >= TEXTS_FORGIVEN:
                expression.timeouts, expression.in_time = max(0, expression.timeouts - 1), 0
            yield from found

    def spans_over(self, before: str, text: str) -> list[Span]:
        """Finds that begin in `before` and end in `text`, as offsets in `before + text`.

        Finds that overlap one in `before` or `text` alone do not count. Punctuation at the end of
        `before`, as the service adds it, is ignored: "Near the Tower. Bridge is closed." contains
        "tower bridge".
        """
        head, text = before.rstrip(_STOPS), text[:MAX_HEAD_CHARS]
        if not (self._expressions and head and text):
            return []
        begin = len(head) + 1
        over = [
            span for span in self.spans(f"{head} {text}") if span[2] < len(head) and span[3] > begin
        ]
        if not over:
            return []
        alone = [*self.spans(head), *_moved(self.spans(text), begin)]
        gone = len(before) - begin
        return [
            (watch, expression, start, end + gone)
            for watch, expression, start, end in over
            if not any(
                (watch, expression) == other[:2] and start < other[3] and other[2] < end
                for other in alone
            )
        ]

    def _timed_out(self, expression: _Expression) -> None:
        expression.timeouts, expression.in_time = expression.timeouts + 1, 0
        if expression.timeouts >= MOST_TIMEOUTS:
            self._expressions.remove(expression)
            shown = harmless_line(expression.text)
            self._put_aside(
                f"The expression {shown!r} of the watch list {expression.watch!r} takes too long "
                "and is not looked for any more. Write it without repetitions inside repetitions."
            )


def _moved(spans: Iterable[Span], by: int) -> Iterator[Span]:
    for watch, expression, start, end in spans:
        yield watch, expression, start + by, end + by


def compile_expression(text: str) -> Any:
    """Compile an expression to ignore case. Raises UsageError if it is invalid or too costly."""
    import regex

    if math.prod(int(count) for count in _COUNTS.findall(text) if int(count)) > MOST_REPEATS:
        raise _refused(text, "cannot be used: it repeats too much")
    try:
        return regex.compile(text, regex.IGNORECASE | regex.VERSION1)
    except (regex.error, RecursionError, OverflowError, ValueError, MemoryError) as error:
        raise _refused(text, f"is no regular expression: {harmless_line(str(error))}") from None


_COUNTS = re.compile(r"(?<=[{,])\d{1,9}(?=\})")
"""The higher count of each `{3}`, `{2,3}`, `{,3}`."""


def _refused(text: str, reason: str) -> UsageError:
    return UsageError(
        "wrong expression",
        f"{harmless_line(text)!r} {reason}.",
        "Correct it, or list plain words under words.",
    )
