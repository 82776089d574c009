"""Finder: finds watch words in one text; PartialFinder: in a text that grows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from scribe_tui.common_prefix import common_prefix
from scribe_tui.events import Tier
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.expressions import Expressions, Span
from scribe_tui.watchwords.folding import Token, join_numbers, raw_tokens
from scribe_tui.watchwords.matcher import (
    MAX_DIGIT_TOKENS,
    Match,
    excepted_spans,
    find_exact,
    find_fuzzy,
    without_excepted,
)
from scribe_tui.watchwords.phrases import PhraseIndex

MAX_CHARS = 20_000
"""Most characters of a committed text that are searched."""
MAX_PARTIAL_CHARS = 4000
"""How many characters at the end of a partial are searched; the rest was searched before."""
FUZZY_EVERY_SECONDS = 0.5
STANDING_SECONDS = 0.7
"""If the text is unchanged this long, its last word counts as complete: growing text changes two to
four times a second."""
EXPRESSION_WORDS = 12
"""How many words before a text a find of an expression may begin."""
NUMBER_WORDS = 8
"""How many words before a change may form one number with the changed words."""


@dataclass(frozen=True, slots=True)
class Find:
    """One find in a text: half-open span of characters; `ratio` is the similarity, 0 to 100.

    `start` is below 0 for a find that begins in the text before.
    """

    watch: str
    word: str
    tier: Tier
    start: int
    end: int
    ratio: float = 100.0


class Finder:
    """The watch lists of one or more sessions, compiled."""

    def __init__(
        self, watches: Iterable[WatchSettings], put_aside: Callable[[str], None] = lambda _: None
    ) -> None:
        """Raises UsageError for an invalid expression; `put_aside` is as in `Expressions`."""
        lists = tuple(watches)
        self.index = PhraseIndex(lists)
        self.expressions = Expressions(lists, put_aside)

    @property
    def takes_time(self) -> bool:
        """Whether it makes searches that are too slow for every change of a partial."""
        return self.index.is_fuzzy or bool(self.expressions)

    @property
    def reach(self) -> int:
        """Number of words before a text in which a find may begin."""
        return max(
            self.index.longest + 1,
            MAX_DIGIT_TOKENS if self.index.digits else 0,
            EXPRESSION_WORDS if self.expressions else 0,
        )

    def find(self, text: str, *, by_sound: bool, before: str = "") -> list[Find]:
        """All finds in `text`, in order, also those that begin in the text `before` it.

        `by_sound` compares by English sound, too.
        """
        text = text[:MAX_CHARS]
        words = join_numbers(raw_tokens(text))
        matches = find_exact(self.index, words)
        if self.index.is_fuzzy:
            matches += find_fuzzy(self.index, words, by_sound=by_sound)
        found = [*self.placed(words, matches), *self.by_expression(text, words)]
        if before:
            found += self._over_the_border(before, text, by_sound)
        return chosen(found)

    def _over_the_border(self, before: str, text: str, by_sound: bool) -> list[Find]:
        """Finds that begin in `before` and end in `text`, unless one in `before` is better."""
        border = len(before)
        last = raw_tokens(text[: 50 * self.reach])[: self.reach][-1:]
        words = join_numbers(raw_tokens(before + text[: last[0].end if last else 0]))
        found = find_exact(self.index, words)
        if self.index.is_fuzzy:
            start = sum(word.end <= border for word in words)
            until = sum(word.start < border for word in words)
            found += find_fuzzy(self.index, words, start=start, until=until, by_sound=by_sound)
        over = [find for find in self.placed(words, found) if find.start < border < find.end]
        over += self.expressions_over(before, text)
        if not over:
            return []
        over = chosen([*over, *self.find(before, by_sound=by_sound)])
        return [_moved(find, -border) for find in over if find.end > border]

    def placed(self, words: Sequence[Token], found: list[Match]) -> list[Find]:
        """The matches that no exception covers, as finds with character offsets."""
        return [
            Find(m.watch, m.word, m.tier, words[m.first].start, words[m.end - 1].end, m.ratio)
            for m in without_excepted(self.index, words, found)
        ]

    def by_expression(self, text: str, words: Sequence[Token]) -> list[Find]:
        """The finds of the regular expressions, except within an excepted phrase."""
        return self._not_excused(_as_finds(self.expressions.spans(text)), words)

    def expressions_over(self, before: str, text: str) -> list[Find]:
        """The finds of the expressions that cross the border, as offsets in `before + text`."""
        found = _as_finds(self.expressions.spans_over(before, text))
        return found and self._not_excused(found, join_numbers(raw_tokens(before + text)))

    def _not_excused(self, found: list[Find], words: Sequence[Token]) -> list[Find]:
        """The finds of expressions that do not lie within an excepted phrase of their list."""
        if not (found and self.index.excepted):
            return found
        excused = [
            (watch, words[first].start, words[end - 1].end)
            for watch, first, end in excepted_spans(self.index, words)
        ]
        return [
            find
            for find in found
            if not any(
                watch == find.watch and start <= find.start and find.end <= end
                for watch, start, end in excused
            )
        ]


def _as_finds(spans: Iterable[Span]) -> list[Find]:
    return [Find(watch, text, Tier.EXACT, start, end) for watch, text, start, end in spans]


def _moved(find: Find, by: int) -> Find:
    return replace(find, start=find.start + by, end=find.end + by)


class PartialFinder:
    """Searches one session's growing text.

    It searches only the changed part, with the end of the text before it. A find that the next
    letters or words may undo ("fire" in "firework") is reported only when they have come, or
    when the text has not changed for `STANDING_SECONDS`.
    """

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._text = ""
        self._before = 0
        self._found_before: list[Find] | None = None
        self._words: list[Token] = []
        self._found: list[Find] = []
        self._alike: list[Find] = []
        self._by_expression: list[Find] = []
        self._alike_until = 0
        self._alike_at = float("-inf")
        self._changed_at = float("-inf")
        self._holds = False

    def update(self, text: str, now: float, *, by_sound: bool, before: str = "") -> list[Find]:
        """All finds in `text`, the text at `now` (monotonic seconds), which follows `before`.

        Similar words and expressions are searched at most twice a second: changes in between
        are searched with the next text, or by `look_again`, which is due at `due_at`.
        """
        if before and not self._text:  # `before` was searched already
            self._text, self._words, self._alike_until = before, raw_tokens(before), len(before)
        if len(before) != self._before:
            self._before, self._found_before = len(before), None
        return self._update(before + text, now, by_sound)

    def _update(self, text: str, now: float, by_sound: bool) -> list[Find]:
        if text != self._text:
            self._changed_at = now
        changed = self._read(text)
        self._look_exactly(changed)
        self._alike = [find for find in self._alike if find.end < changed]
        self._by_expression = [find for find in self._by_expression if find.end < changed]
        self._alike_until = min(self._alike_until, changed)
        if now - self._alike_at >= FUZZY_EVERY_SECONDS and self._alike_until < len(text):
            self._alike_at = now
            self._look_fuzzily(by_sound)
        found = [*self._found, *self._alike, *self._by_expression]
        border = self._before
        if not border:
            return self._over(chosen(found), now)
        if any(find.start < border < find.end for find in found):
            if self._found_before is None:
                self._found_before = self._finder.find(text[:border], by_sound=by_sound)
            found += self._found_before
        found = [find for find in chosen(found) if find.end > border]
        return [_moved(find, -border) for find in self._over(found, now)]

    def _over(self, found: list[Find], now: float) -> list[Find]:
        """The finds that following letters or words cannot undo any more."""
        self._holds = False
        if not found or now >= self._changed_at + STANDING_SECONDS:
            return found
        from scribe_tui.watchwords.open_end import is_open  # only where something is found

        index = self._finder.index
        words = self._tail(len(self._text), index.longest + 1)
        over = [
            find
            for find in found
            if not is_open(index, self._text, words, find.watch, (find.start, find.end))
        ]
        self._holds = len(over) < len(found)
        return over

    @property
    def due_at(self) -> float | None:
        """When to call `look_again` (monotonic seconds); None if all was searched."""
        times = [self._changed_at + STANDING_SECONDS] if self._holds else []
        if self._alike_until < len(self._text) and self._finder.takes_time:
            times.append(self._alike_at + FUZZY_EVERY_SECONDS)
        return min(times, default=None)

    def look_again(self, now: float, *, by_sound: bool) -> list[Find]:
        """All finds in the unchanged text, with searches that are due at `now`."""
        return self._update(self._text, now, by_sound)

    def clear(self) -> None:
        """Begin with an empty text."""
        self._text, self._before, self._found_before = "", 0, None
        self._words, self._found, self._alike, self._by_expression = [], [], [], []
        self._alike_until, self._holds = 0, False

    def _read(self, text: str) -> int:
        """Split the changed part into words; returns the character at which it begins."""
        same = common_prefix(self._text, text)
        open_from = same - 1  # a word may go on behind a sign: "1," as 1,042 and "it'" as it's
        while self._words and self._words[-1].end >= open_from:
            same = min(same, self._words.pop().start)
        self._text = text
        self._words += raw_tokens(text, same)
        return same

    def _tail(self, place: int, before: int) -> list[Token]:
        """The words that end after character `place`, and at least `before` words before them.

        Numbers are joined.
        """
        first = self._first_after(place) - before - NUMBER_WORDS
        if self._finder.index.digits:
            first -= MAX_DIGIT_TOKENS
        return join_numbers(self._words[max(0, first) :])

    def _first_after(self, place: int) -> int:
        """The index of the first word that ends after character `place`."""
        first = len(self._words)
        while first and self._words[first - 1].end > place:
            first -= 1
        return first

    def _look_exactly(self, changed: int) -> None:
        """Search the changed part, and the words before it in which a phrase may begin.

        Words further back are read too, but only to join numbers.
        """
        index = self._finder.index
        anew = max(0, self._first_after(changed) - index.longest)
        limit = self._words[anew - 1].end if anew else 0
        words = self._tail(limit, index.longest)
        found = self._finder.placed(words, find_exact(index, words))
        self._found = [find for find in self._found if find.end <= limit]
        self._found += [find for find in found if find.end > limit]

    def _look_fuzzily(self, by_sound: bool) -> None:
        index, place = self._finder.index, self._alike_until
        self._alike_until = len(self._text)
        if index.is_fuzzy:
            words = self._tail(place, index.longest + 1)
            first = next((n for n, word in enumerate(words) if word.end > place), len(words))
            found = find_fuzzy(index, words, start=first, by_sound=by_sound)
            self._alike += self._finder.placed(words, found)
        if self._finder.expressions:
            before, words = self._before, join_numbers(self._words)
            spoken = [word for word in words if word.start >= before]
            own = [Token(word.folded, word.start - before, word.end - before) for word in spoken]
            finds = self._finder.by_expression(self._text[before:], own)
            over = self._finder.expressions_over(self._text[:before], self._text[before:])
            self._by_expression = [*(_moved(find, before) for find in finds), *over]


RANK = {Tier.EXACT: 0, Tier.CLOSE: 1, Tier.SOUNDS_LIKE: 2}


def chosen(finds: Sequence[Find]) -> list[Find]:
    """The finds in order of place; of overlapping finds of one list only the best.

    The best is the one with the best tier, then the highest ratio, then the longest.
    """
    kept: list[Find] = []
    for find in sorted(finds, key=lambda f: (RANK[f.tier], -f.ratio, f.start - f.end, f.start)):
        if not any(
            find.watch == other.watch and find.start < other.end and other.start < find.end
            for other in kept
        ):
            kept.append(find)
    return sorted(kept, key=lambda find: (find.start, find.end))
