"""Regular expressions of the user, held to a time: one that runs away is put aside."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.settings.watch import WatchSettings

TIMEOUT_SECONDS = 0.02
"""Longest time one expression may take over one text."""
MOST_TIMEOUTS = 3
"""Texts that took too long after which an expression is not used again."""
MOST_FINDS = 50
"""Finds of one expression in one text; more are noise."""


@dataclass(slots=True)
class _Expression:
    watch: str
    text: str
    compiled: Any
    timeouts: int = 0


class Expressions:
    """The expressions of all lists, compiled. Not shared between threads."""

    def __init__(
        self, watches: Iterable[WatchSettings], put_aside: Callable[[str], None] = lambda _: None
    ) -> None:
        """Raises UsageError for one that cannot be read. `put_aside` gets a sentence."""
        self._put_aside = put_aside
        self._expressions = [
            _Expression(watch.name, text, compile_expression(text))
            for watch in watches
            for text in watch.regex
        ]

    def __bool__(self) -> bool:
        return bool(self._expressions)

    def spans(self, text: str) -> Iterator[tuple[str, str, int, int]]:
        """All finds in `text`: list, expression, half-open span of characters, never empty."""
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
            yield from found

    def _timed_out(self, expression: _Expression) -> None:
        expression.timeouts += 1
        if expression.timeouts >= MOST_TIMEOUTS:
            self._expressions.remove(expression)
            shown = harmless_line(expression.text)
            self._put_aside(
                f"The expression {shown!r} of the watch list {expression.watch!r} takes too long "
                "and is not looked for any more. Write it without repetitions inside repetitions."
            )


def compile_expression(text: str) -> Any:
    """The expression compiled, case folded. Raises UsageError."""
    import regex

    try:
        return regex.compile(text, regex.IGNORECASE | regex.VERSION1)
    except (regex.error, RecursionError, OverflowError, ValueError) as error:
        shown = harmless_line(text)
        raise UsageError(
            "wrong expression",
            f"{shown!r} is no regular expression: {harmless_line(str(error))}.",
            "Correct it, or list plain words under words.",
        ) from None
