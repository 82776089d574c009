"""Debouncing: which presses of a held key count, and which answers come too fast to be meant.

Pure: keys and instants (monotonic seconds) go in, decisions come out.
"""

from __future__ import annotations

from enum import Enum, auto

FIRST_REPEAT_SECONDS = 0.68
"""Longest time in seconds until a terminal first repeats a held key."""
REPEAT_SECONDS = 0.13
"""Longest interval of further repeats, in seconds: the Linux console sends eleven a second."""
HELD_SECONDS = 0.3
"""Longest interval of repeats, in seconds, of a key known to be held, if line or CPU are busy."""
ANSWER_SECONDS = 0.5
"""An answer that comes fewer seconds after its question was not meant for it."""


class Press(Enum):
    """What to do about a key press."""

    NOW = auto()
    LATER = auto()
    """After `REPEAT_SECONDS`, if no more of it came by then: it may be the first repeat."""
    NOT = auto()


class HeldKeys:
    """Distinguishes a key that is pressed again from one that is held down.

    The first press counts at once. The same key soon after may be either: it counts if no more of
    it comes for a moment. If a third follows as quickly, the key is held.
    """

    def __init__(self) -> None:
        """Start before the first key."""
        self._key = ""
        self._at = 0.0
        self._close = False
        self._held = False

    def press(self, key: str, at: float) -> Press:
        """Return what to do about `key`, which came at `at` (monotonic seconds)."""
        since, same = at - self._at, key == self._key
        self._key, self._at = key, at
        if not same or since > FIRST_REPEAT_SECONDS:
            self._close = self._held = False
            return Press.NOW
        was_close, self._close = self._close, since < REPEAT_SECONDS
        self._held = (was_close and self._close) or (self._held and since < HELD_SECONDS)
        return Press.NOT if self._held else Press.LATER
