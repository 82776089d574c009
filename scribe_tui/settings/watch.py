"""One list of watch words, from a `[[watch]]` table or the `--watch` flag."""

from __future__ import annotations

from dataclasses import dataclass

from scribe_tui.errors import UsageError

MAX_LISTS = 100
MAX_WORDS = 500
MAX_WORD_CHARS = 200
MAX_REGEX = 50
FLAG_WATCH = "words"
"""The name of the list that `--watch` and words added while running go into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    """What to listen for, in which sources, and at which level finds are reported.

    `words` are words or phrases; `heard_as` are pairs (word, another form it is recognised as),
    which count as exact finds; words within one of the phrases of `excepted` are no find.
    `sources` are names; empty means all. For `cooldown_seconds` after an alert, the same word
    gives no further alert in the same session.
    """

    name: str = FLAG_WATCH
    words: tuple[str, ...] = ()
    regex: tuple[str, ...] = ()
    heard_as: tuple[tuple[str, str], ...] = ()
    excepted: tuple[str, ...] = ()
    level: str = "alert"
    cooldown_seconds: float = 30.0
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises UsageError for a list that is empty or too long, or for any other wrong value."""
        forms = (text for pair in self.heard_as for text in pair)
        if not (self.words or self.regex):
            raise self._refused("has neither words nor regex")
        if len(self.words) > MAX_WORDS or len(self.regex) > MAX_REGEX:
            raise self._refused(f"has more than {MAX_WORDS} words or {MAX_REGEX} expressions")
        for text in (*self.words, *self.regex, *self.excepted, *forms):
            if not text.strip() or len(text) > MAX_WORD_CHARS:
                raise self._refused(
                    f"has an entry that is empty or over {MAX_WORD_CHARS} characters"
                )
        if self.level not in ("info", "alert"):
            raise self._refused("has a level other than info and alert")
        if not 0 <= self.cooldown_seconds <= 86400:
            raise self._refused("has a cooldown_seconds that is not from 0 to 86400")
        for word, _ in self.heard_as:
            if word not in self.words:
                raise self._refused("has a heard_as for a word that is not among its words")

    def applies_to(self, source: str) -> bool:
        """Whether these words are listened for in the source called `source`."""
        return not self.sources or source in self.sources

    def _refused(self, reason: str) -> UsageError:
        return UsageError("wrong watch list", f"The watch list {self.name!r} {reason}.")
