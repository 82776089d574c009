"""Wrap text to terminal cells: wide, combining, joined and very long text, without loss.

Widths are those of `rich.cells`, by which Textual lays out the screen, or more where terminals
disagree: vowel signs of Indic scripts and skin tones take their own cells in some terminals, tmux
and xterm among them, and none in others. Measuring translates a text into one letter per character,
in C; a row then costs a few slices, so that a megabyte without a space takes milliseconds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from unicodedata import category

from rich.cells import get_character_cell_size

from scribe_tui.common_prefix import common_prefix

MIN_WIDTH = 2
"""Narrowest row: one wide character must fit."""

ONE_CELL, TWO_CELLS = "1", "2"
_NONE, _EXTRA, _DOUBLE = "0", "+", "#"
"""Width letters of a character that belongs to the one before, and adds 0, 1 or 2 cells to it."""
_MORE = {_NONE: 0, _EXTRA: 1, _DOUBLE: 2}

_JOINER = "\u200d"
_FLAG_LETTERS = "\U0001f1e6-\U0001f1ff"
_VIRAMAS = "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d"
_CONSONANTS = (
    "\u0915-\u0939\u0958-\u095f\u0978-\u097f"  # Devanagari
    "\u0995-\u09b9\u09dc-\u09df\u09f0\u09f1"  # Bengali
    "\u0a95-\u0ab9\u0b15-\u0b39\u0b5c-\u0b5f\u0b71"  # Gujarati, Oriya
    "\u0c15-\u0c39\u0c58-\u0c5a\u0d15-\u0d3a"  # Telugu, Malayalam
)
_MAY_JOIN = re.compile(f"[{_JOINER}{_FLAG_LETTERS}{_VIRAMAS}]")
_JOINED = re.compile(f"{_JOINER}.|[{_FLAG_LETTERS}]{{2}}|[{_VIRAMAS}][{_CONSONANTS}]", re.DOTALL)
"""Two characters of which the second belongs to the first, whatever its own width is."""
_SARA_AM = frozenset({0x0E33, 0x0EB3})
"""Thai and Lao vowels written behind their consonant, which belong to it."""
_SELECTOR = 0xFE0F  # emoji presentation: may widen the character before it by one cell
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_NO_ROW_START = frozenset(
    "、。，．！？：；）」』】〉》〕］｝ー々…・ぁぃぅぇぉっゃゅょァィゥェォッャュョ%’”"
)

_LONGEST_CELLS = 8
"""Most cells of a real character, with all marks that belong to it."""

Span = tuple[int, int]
"""First and past-the-last index of the characters of one row."""


class _Widths(dict[int, str]):
    """Translation table from code point to width letter, filled as characters occur."""

    def __missing__(self, code: int) -> str:
        letter = self[code] = self._letter(code)
        return letter

    def _letter(self, code: int) -> str:
        if code in _SKIN_TONES:
            return _DOUBLE
        cells = get_character_cell_size(chr(code))
        if code == _SELECTOR or code in _SARA_AM or (cells == 0 and category(chr(code)) == "Mc"):
            return _EXTRA
        return str(cells)


_WIDTHS = _Widths({0: _NONE, 1: _EXTRA, 0x200D: _NONE})


def measure(text: str) -> str:
    """Return one width letter per character of `text`; never less than its width on screen."""
    if text.isascii():
        return ONE_CELL * len(text)
    if _MAY_JOIN.search(text):
        text = _JOINED.sub(_as_joined, text)
    letters = text.translate(_WIDTHS)
    if letters[0] == _DOUBLE:
        return TWO_CELLS + letters[1:]
    return ONE_CELL + letters[1:] if letters[0] in _MORE else letters


def _as_joined(pair: re.Match[str]) -> str:
    """Return two characters whose widths are those of the joined pair."""
    first, second = pair[0][0], pair[0][1]
    if first == _JOINER:  # an emoji merges with the one before, a letter stands beside it
        return "\0\0" if get_character_cell_size(second) != 1 else "\0\1"
    return f"{first}\1"


@lru_cache(1024)
def cells_of(text: str) -> int:
    """Return the cells that `text` takes; the largest number if terminals disagree."""
    return _count(measure(text)) if text and not text.isascii() else len(text)


@lru_cache(1024)
def is_doubtful(text: str) -> bool:
    """Return whether terminals disagree on the cells that `text` takes."""
    if text.isascii():
        return False
    letters = measure(text)
    return _JOINER in text or _EXTRA in letters or _DOUBLE in letters


@lru_cache(1024)
def is_narrow(text: str) -> bool:
    """Return whether each character of `text` takes one cell."""
    return text.isascii() or not measure(text).strip(ONE_CELL)


@lru_cache(1024)
def is_agreed(text: str) -> bool:
    """Return whether each character of `text` takes its own one or two cells in every terminal."""
    return text.isascii() or not measure(text).strip(ONE_CELL + TWO_CELLS)


def head(text: str, cells: int) -> str:
    """Return as many whole characters from the start of `text` as fit into `cells` cells."""
    if not text or cells <= 0:
        return ""
    letters = measure(text)
    end = _fill(letters, 0, cells)
    return text[:end] if _count(letters[:end]) <= cells else ""


def _count(letters: str) -> int:
    return len(letters) - letters.count(_NONE) + letters.count(TWO_CELLS) + letters.count(_DOUBLE)


def wrap(text: str, width: int, indent: int = 0, start: int = 0) -> Iterator[Span]:
    """Yield the rows of `text` from index `start` on, each at most `width` cells wide.

    The first row of the text is `indent` cells shorter. Rows end at a space (which then belongs to
    no row), beside a wide character, or, in a word longer than a row, between any two whole
    characters with their marks.
    """
    width = max(width, MIN_WIDTH)
    rest = text[start:]
    letters = "" if rest.isascii() else measure(rest)
    place, length = 0, len(rest)
    while place < length:
        room = width if place or start else max(width - indent, MIN_WIDTH)
        full = _fill(letters, place, room) if letters else min(place + room, length)
        end = full if full == length else _break(text, letters, start, place, full)
        yield start + place, start + end
        if letters:
            place = _past_blanks(text, start + end) - start
            continue
        while end < length and text[start + end] == " ":
            end += 1
        place = end


def _fill(letters: str, place: int, room: int) -> int:
    """Return where a row from `place` can end: whole characters that fit `room`, at least one."""
    end = place
    if letters[place] in _MORE:  # its base was a space between two rows
        end, room = end + 1, room - max(1, _MORE[letters[place]])
    while room > 0 and end < len(letters):
        piece = letters[end : end + max(room // 2, 1)]
        cells = _count(piece)
        if cells > room:
            break
        end += len(piece)
        room -= cells
    while end > place and end < len(letters) and (more := _MORE.get(letters[end])) is not None:
        if more > max(room, 0):
            end = _base(letters, end - 1)
            break
        room -= more
        end += 1
    return end if end > place else _whole_or_cut(letters, place, room)


def _whole_or_cut(letters: str, place: int, room: int) -> int:
    """Return the index past the character at `place` and its marks, or past a part of them.

    Only a character with more marks than any real one is cut, to `room` cells.
    """
    whole = _next_base(letters, place)
    if _count(letters[place:whole]) <= max(room, _LONGEST_CELLS):
        return whole
    end = place + 1
    while end < whole and _count(letters[place : end + 1]) <= room:
        end += 1
    return end


def _base(letters: str, index: int) -> int:
    """Return the index of the character that the one at `index` belongs to."""
    while index > 0 and letters[index] in _MORE:
        index -= 1
    return index


def _next_base(letters: str, index: int) -> int:
    index += 1
    while index < len(letters) and letters[index] in _MORE:
        index += 1
    return index


def _break(text: str, letters: str, start: int, place: int, full: int) -> int:
    """Return where to end a row that could reach from `place` to `full`; ASCII has no `letters`."""
    if text[start + full] == " " and not (letters and _is_marked(text, start + full)):
        return full
    space = text.rfind(" ", start + place + 1, start + full)
    while letters and space >= 0 and _is_marked(text, space):
        space = text.rfind(" ", start + place + 1, space)
    space -= start
    wide = _wide_break(text, letters, start, place, full) if letters else -1
    best = max(space, wide)
    return best if best > place else full


def _wide_break(text: str, letters: str, start: int, place: int, full: int) -> int:
    """Return the last index up to `full` beside a wide character; -1 if there is none."""
    if letters[full] == TWO_CELLS or letters[_base(letters, full - 1)] == TWO_CELLS:
        end = full
    else:
        last = letters.rfind(TWO_CELLS, place, full)
        end = _next_base(letters, last) if last >= 0 else -1
    while end > place and text[start + end] in _NO_ROW_START:
        end = _base(letters, end - 1)
    return end


def _past_blanks(text: str, index: int) -> int:
    """Return the index of the next character that is not a space between two rows."""
    while index < len(text) and text[index] == " " and not _is_marked(text, index):
        index += 1
    return index


def _is_marked(text: str, index: int) -> bool:
    """Return whether the character at `index` has a mark: then it is more than a space."""
    return index + 1 < len(text) and _WIDTHS[ord(text[index + 1])] in _MORE


class GrowingRows:
    """The rows of a text that is updated again and again, mostly by a little more at its end."""

    def __init__(self, width: int, indent: int = 0) -> None:
        """Wrap to at most `width` cells; the first row is `indent` cells shorter."""
        self._width = width
        self._indent = indent
        self._text = ""
        self._spans: list[Span] = []

    @property
    def spans(self) -> Sequence[Span]:
        """The first and past-the-last index of each row of the latest text."""
        return self._spans

    def update(self, text: str) -> list[str]:
        """Return the rows of `text`; unchanged rows are not measured again."""
        self.grow(text)
        return [text[first:last] for first, last in self._spans]

    def grow(self, text: str) -> None:
        """Update `spans` to the rows of `text`."""
        same = common_prefix(self._text, text)
        ends = [end for _, end in self._spans]
        # A row may change when the text just after it does: its last word moves on.
        keep = max(0, bisect_right(ends, same) - 2)
        del self._spans[keep:]
        start = self._spans[-1][1] if self._spans else 0
        if self._spans:
            start = _past_blanks(text, start)
        self._spans += wrap(text, self._width, self._indent, start)
        self._text = text
