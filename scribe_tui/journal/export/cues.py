"""Cues: a segment's text as timed blocks that a viewer can read, by the times of its words.

Each has one or two lines of at most 42 cells and lasts one to seven seconds; none overlap. They are
made segment by segment, so that a file written while recording equals one made afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scribe_tui.events import CommittedSegment, Gap, Word
from scribe_tui.journal.export.cells import (
    LINE_CELLS,
    is_plain_word,
    split_long,
    wrap_cells,
    wrap_on,
)

MAX_LINES = 2
MIN_SECONDS = 1.0
MAX_SECONDS = 7.0
PAUSE_SECONDS = 1.5
"""Silence between two words, in seconds, that ends a cue."""
SENTENCE_SECONDS = 2.0
"""A cue that lasts at least this many seconds ends with its sentence."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A block of one or two lines, from `start` to `end` seconds."""

    start: float
    end: float
    lines: tuple[str, ...]


@dataclass(slots=True)
class _TimedText:
    """A piece of text with its trailing spaces, and its times in seconds."""

    text: str
    start: float
    end: float


class CueMaker:
    """Makes the cues of one session. `clock`: seconds of the day instead of source time.

    Those are local times, counted from the first day's midnight. Where the clock is set back (in
    autumn), cues must not go back: those of the repeated hour are placed directly behind each
    other, and are right again when that hour is over.
    """

    def __init__(self, *, clock: bool = False) -> None:
        self._clock = clock
        self._midnight: datetime | None = None
        self._offset = 0.0
        self._opened_at: float | None = None
        self._last_end = 0.0

    def open(self, at: float) -> None:
        """Note that the session was opened. When reopened, source time restarts; cues continue."""
        if self._opened_at is None:
            self._opened_at = at
        else:
            self._offset = max(self._last_end, at - self._opened_at)

    def of(self, segment: CommittedSegment) -> list[Cue]:
        """Return the cues of the next segment."""
        shift = self._shift(segment.started_at, segment.start_seconds)
        return [self._placed(group, shift) for group in _groups(_tokens(segment))]

    def span_of(self, gap: Gap) -> tuple[float, float]:
        """Return begin and end of a gap, in the seconds of cues."""
        if self._clock:
            return self._on_the_wall(gap.started_at), self._on_the_wall(gap.ended_at)
        return gap.start_seconds + self._offset, gap.end_seconds + self._offset

    def _shift(self, instant: float, source_seconds: float) -> float:
        return self._on_the_wall(instant) - source_seconds if self._clock else self._offset

    def _on_the_wall(self, instant: float) -> float:
        local = datetime.fromtimestamp(instant)
        if self._midnight is None:
            self._midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return (local - self._midnight).total_seconds()

    def _placed(self, group: _Group, shift: float) -> Cue:
        start = max(group.start + shift, self._last_end, 0.0)
        end = min(max(group.last.end + shift, start + MIN_SECONDS), start + MAX_SECONDS)
        self._last_end = end
        return Cue(start, end, tuple(group.lines))


class _Group:
    """The tokens of one cue and their lines, which are wrapped incrementally."""

    def __init__(self, token: _TimedText) -> None:
        self.start = token.start
        self.last = token
        self.lines = wrap_cells(token.text)
        self._text = token.text

    def takes(self, token: _TimedText) -> bool:
        """Add `token`, unless the cue ends before it."""
        if self._is_over(token) or not self._has_room(token.text):
            return False
        self.last = token
        self._text += token.text
        return True

    def _has_room(self, text: str) -> bool:
        """Put `text` into the lines if they have room for it."""
        if not self._text[-1:].isspace():  # it goes on with the last word
            lines = wrap_cells(self._text + text)
        elif self.lines and is_plain_word(word := text.rstrip()):
            if len(self.lines[-1]) + 1 + len(word) <= LINE_CELLS and self.lines[-1].isascii():
                self.lines[-1] = f"{self.lines[-1]} {word}"
                return True
            lines = self.lines.copy()
            wrap_on(lines, word)
        else:
            lines = self.lines.copy()
            wrap_on(lines, text)
        if len(lines) > MAX_LINES:
            return False
        self.lines = lines
        return True

    def _is_over(self, token: _TimedText) -> bool:
        last = self.last
        return (
            token.end - self.start > MAX_SECONDS
            or token.start - last.end >= PAUSE_SECONDS
            or (
                last.end - self.start >= SENTENCE_SECONDS
                and last.text.rstrip().endswith((".", "?", "!", "。"))
            )
        )


def _groups(tokens: Iterator[_TimedText]) -> Iterator[_Group]:
    group: _Group | None = None
    for token in tokens:
        if group is None:
            group = _Group(token)
        elif not group.takes(token):
            yield group
            group = _Group(token)
    if group is not None:
        yield group


def _tokens(segment: CommittedSegment) -> Iterator[_TimedText]:
    for token in _by_words(segment) or _by_length(segment):
        if is_plain_word(token.text.rstrip()):
            yield token
        else:
            yield from _split(token)


def _by_words(segment: CommittedSegment) -> list[_TimedText]:
    """Return the text cut where its words begin; empty if the words differ from the text."""
    text, find = segment.text, segment.text.find
    spoken: list[tuple[int, Word]] = []
    position = 0
    for word in segment.words:
        if not (bare := word.text.strip()):
            continue
        begin = find(bare, position)
        if begin < 0 or (begin > position and text[position:begin].strip()):
            return []
        spoken.append((begin, word))
        position = begin + len(bare)
    if not spoken or text[position:].strip():
        return []
    ends = [begin for begin, _ in spoken[1:]]
    return [
        _TimedText(text[begin:end], word.start_seconds, max(word.end_seconds, word.start_seconds))
        for (begin, word), end in zip(spoken, [*ends, len(text)], strict=True)
    ]


def _by_length(segment: CommittedSegment) -> list[_TimedText]:
    """Return the words of a segment without word times; each gets a share of its duration."""
    whole = max(len(segment.text), 1)
    length = max(segment.end_seconds - segment.start_seconds, 0.0)
    tokens, position = [], 0
    for word in segment.text.split():
        begin = segment.text.index(word, position)
        position = begin + len(word)
        start = segment.start_seconds + length * begin / whole
        tokens.append(
            _TimedText(f"{word} ", start, segment.start_seconds + length * position / whole)
        )
    return tokens


def _split(token: _TimedText) -> Iterator[_TimedText]:
    """Split a token longer than a line (a script without spaces), sharing its duration."""
    pieces = split_long(token.text.rstrip())
    if len(pieces) == 1:
        yield token
        return
    seconds = (token.end - token.start) / len(pieces)
    for index, piece in enumerate(pieces):
        last = index + 1 == len(pieces)
        text = piece + (" " if last and token.text.endswith(" ") else "")
        start = token.start + index * seconds
        yield _TimedText(text, start, start + seconds)
