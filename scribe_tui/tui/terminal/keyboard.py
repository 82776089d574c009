"""Terminal input, sorted by kind: pressed keys, pasted text, and answers of the terminal.

Pure: bytes and instants (monotonic seconds) go in, items come out. Sequences follow ECMA-48, so an
unknown one is dropped whole, even if it arrives in pieces. Nothing waits for ever: a sequence that
is not completed in time is dropped.
"""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

ESCAPE_SECONDS = 0.1
"""Seconds after which a lone escape counts as the escape key."""
LATE_REST_SECONDS = 1.0
"""Seconds in which the rest of a sequence may follow an escape already taken for the key."""
SEQUENCE_SECONDS = 3.0
"""Longest wait for the rest of a sequence, in seconds; a slow line delivers it in pieces."""
PASTE_GAP_SECONDS = 0.5
"""A paste ends after this many seconds without input, even without its end sequence."""
GROUP_SECONDS = 0.03
"""Plain characters less than this many seconds apart were not typed one by one.

Programs that type for a person press a key every 12 to 25 ms; a serial line of 300 baud delivers a
character every 33 ms.
"""
BURST_CHARS = 3
"""This many characters at once are a paste; two may be fast typing over a slow line."""
MOST_REPEATS = 40
"""Up to this many equal characters at once may be a held key on a slow line."""
BURST_REST_SECONDS = 0.15
"""Input within this many seconds after a burst, or after the end of a paste, belongs to it."""
MAX_CHARS = 100_000
"""Most characters kept of a paste or a string sequence; the rest is dropped."""

_ESC, _BEL, _CTRL_C = "\x1b", "\x07", "\x03"
_CANCEL = frozenset("\x03\x18\x1a")
_NOT_UTF_8 = range(0xDC80, 0xDD00)
"""Surrogates to which the decoder (`surrogateescape`) maps bytes that are not UTF-8."""
_OLD_MOUSE = "\x1b[M"
_REST = re.compile(r"\[(?:[0-?]+|[@-~]|\[[A-E])|O[A-Z]\Z|P[>!01]|\][0-9]|_G")
"""How a sequence may continue after its escape; no text typed at once begins like this."""
_PASTE_BEGIN, _PASTE_END = "\x1b[200~", "\x1b[201~"
_STRINGS = frozenset("]PX^_")
"""Introducers of OSC, DCS, SOS, PM and APC strings: they end with ST, OSC also with BEL."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A single character, as a key sends it; a lone ESC is the escape key."""

    char: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """A whole control sequence: a key, the mouse, or an answer of the terminal."""

    text: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """Text that was not typed; `is_cut`: its end was dropped."""

    text: str
    is_cut: bool = False


Item = Plain | Sequence | Pasted


class Keyboard:
    """Takes bytes in pieces of any size; `due_at` says when to call `tick`."""

    def __init__(self) -> None:
        """Start with no input."""
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._sequence = ""
        self._sequence_since = 0.0
        self._pasted: list[str] | None = None
        self._came_at = 0.0
        self._escaped_at = -math.inf
        self._group: list[str] = []
        self._burst: list[str] | None = None

    @property
    def due_at(self) -> float | None:
        """The instant at which `tick` will have something to do; None: not before more input."""
        times = []
        if self._sequence == _ESC:
            times.append(self._sequence_since + ESCAPE_SECONDS)
        elif self._sequence:
            times.append(self._sequence_since + SEQUENCE_SECONDS)
        if self._pasted is not None:
            times.append(self._came_at + PASTE_GAP_SECONDS)
        if self._group:
            times.append(self._came_at + GROUP_SECONDS)
        if self._burst is not None:
            times.append(self._came_at + BURST_REST_SECONDS)
        return min(times, default=None)

    def feed(self, data: bytes, now: float) -> Iterator[Item]:
        """Take `data`, which came at `now` (monotonic seconds)."""
        yield from self.tick(now)
        self._came_at = now
        text = self._decode(data)
        if now < self._escaped_at + LATE_REST_SECONDS and _REST.match(text):
            self._sequence, self._sequence_since = _ESC, now
        if text:
            self._escaped_at = -math.inf
        for char in text:
            if ord(char) not in _NOT_UTF_8:
                yield from self._take(char, now)
            elif self._sequence.startswith(_OLD_MOUSE):  # an old mouse report beyond column 95
                yield from self._take("\ufffd", now)
            # else not UTF-8 and not part of a mouse report: dropped

    def tick(self, now: float) -> Iterator[Item]:
        """Yield what has become certain by `now` because no more input came."""
        due_at = self.due_at
        if due_at is None or now < due_at:
            return
        if self._sequence == _ESC and now >= self._sequence_since + ESCAPE_SECONDS:
            self._sequence, self._escaped_at = "", now
            yield from self._plain(_ESC)
        elif self._sequence and now >= self._sequence_since + SEQUENCE_SECONDS:
            self._sequence = ""
        if self._pasted is not None and now >= self._came_at + PASTE_GAP_SECONDS:
            yield from self._end_paste()
        if self._group and now >= self._came_at + GROUP_SECONDS:
            yield from self._end_group()
        if self._burst is not None and now >= self._came_at + BURST_REST_SECONDS:
            yield from self._end_burst()

    def _take(self, char: str, now: float) -> Iterator[Item]:
        if self._sequence:
            yield from self._continue(char, now)
        elif char == _ESC:
            self._sequence, self._sequence_since = _ESC, now
        else:
            yield from self._plain(char)

    def _continue(self, char: str, now: float) -> Iterator[Item]:
        """Add one character to a sequence; ctrl+c, CAN and SUB cancel it."""
        in_string = self._sequence[1:2] in _STRINGS and len(self._sequence) > 1
        if char in _CANCEL:
            self._sequence = ""
            if char == _CTRL_C:
                yield from self._plain(char)
            return
        if in_string and self._sequence[-1] == _ESC and char != "\\":
            self._sequence, self._sequence_since = _ESC, now  # a new one begins inside it
        elif char == _ESC and not in_string:
            cut, self._sequence, self._sequence_since = self._sequence, _ESC, now
            if cut == _ESC:
                yield from self._plain(_ESC)
            return
        if len(self._sequence) < MAX_CHARS or char in (_ESC, _BEL, "\\"):
            self._sequence += char
        if is_whole(self._sequence):
            whole, self._sequence = self._sequence, ""
            yield from self._whole(whole)

    def _whole(self, sequence: str) -> Iterator[Item]:
        yield from self._end_group()
        if sequence == _PASTE_BEGIN:
            if self._pasted is None:
                self._pasted = []
        elif sequence == _PASTE_END:
            yield from self._end_paste()
            # Pasted text may contain the end mark itself, and terminals pass it on: what follows
            # right after it is pasted text as well.
            if self._burst is None:
                self._burst = []
        elif self._pasted is None and self._burst is None:
            yield Sequence(sequence)

    def _plain(self, char: str) -> Iterator[Item]:
        if self._pasted is not None:
            _keep(self._pasted, char)
        elif self._burst is not None:
            _keep(self._burst, char)
        elif char == _ESC:
            yield from self._end_group()
            yield Plain(char)
        else:
            self._group.append(char)
            many = len(self._group) >= BURST_CHARS
            if many and (len(set(self._group)) > 1 or len(self._group) > MOST_REPEATS):
                self._burst, self._group = self._group, []

    def _end_group(self) -> Iterator[Item]:
        """Yield a group as single characters; many equal ones are a held key."""
        group, self._group = self._group, []
        yield from map(Plain, group)

    def _end_burst(self) -> Iterator[Item]:
        burst, self._burst = self._burst, None
        if burst:
            yield _pasted(burst)

    def _end_paste(self) -> Iterator[Item]:
        pasted, self._pasted = self._pasted, None
        if pasted:
            yield _pasted(pasted)


def _keep(pasted: list[str], char: str) -> None:
    """Add a character; one beyond the limit is kept to show that there were more."""
    if len(pasted) <= MAX_CHARS:
        pasted.append(char)


def _pasted(chars: list[str]) -> Pasted:
    return Pasted("".join(chars[:MAX_CHARS]).replace("\0", ""), len(chars) > MAX_CHARS)


def is_whole(sequence: str) -> bool:
    """Whether `sequence`, which begins with an escape, is complete."""
    kind = sequence[1:2]
    if not kind:
        return False
    if kind == "[":
        if sequence.startswith("\x1b[["):  # the Linux console's function keys
            return len(sequence) == 4
        if sequence.startswith(_OLD_MOUSE):  # X10 mouse report: three bytes follow
            return len(sequence) == 6
        return _is_csi(sequence)
    if kind == "O":
        return len(sequence) > 2 and not sequence[-1].isdigit() and sequence[-1] != ";"
    if kind in _STRINGS:
        return sequence.endswith("\x1b\\") or (kind == "]" and sequence.endswith(_BEL))
    return not " " <= sequence[-1] <= "/"  # intermediates, then one final character


def _is_csi(sequence: str) -> bool:
    """Return whether a CSI sequence is ended, by a final character or by an invalid one."""
    last = sequence[-1]
    return len(sequence) > 2 and not " " <= last <= "?"
