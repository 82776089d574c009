"""ToldEnd: which bytes of a WAV stream are sound, where its header may give too short a length."""

from __future__ import annotations

from scribe_tui.audio.containers.beginnings import begins_with_tag
from scribe_tui.audio.containers.wav import PcmLayout, is_more_sound

_BEHIND_BYTES = 8 * 1024
"""Bytes behind the declared end that are enough to know what they are."""
_MAX_CHUNK_BYTES = 16 * 1024 * 1024
"""Assumed size of all that follows the declared end: in a stream it is not known in advance."""


class ToldEnd:
    """Passes bytes on up to the end that the header declares.

    What follows is passed on only if it is neither another RIFF chunk nor another recording: then
    it is sound, and the header was wrong.
    """

    def __init__(self, layout: PcmLayout | None) -> None:
        """With `layout` None, or one without a length, all bytes are passed on."""
        told = None if layout is None else layout.told_bytes
        self._end = None if layout is None or told is None else layout.data_at + told
        self._left = self._end
        self._behind = b""
        self.is_over = False
        """Whether the sound has ended: nothing is passed on any more."""
        self.rest = b""
        """The first bytes behind the sound, once it has ended."""

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes; returns the sound in them and in those held back."""
        if self.is_over:
            return b""
        if self._left is None:
            return data
        sound, behind = data[: self._left], data[self._left :]
        self._left -= len(sound)
        self._behind += behind
        return sound + self._judged() if len(self._behind) >= _BEHIND_BYTES else sound

    def finish(self) -> bytes:
        """No more bytes will come; returns the sound in those held back."""
        return self._judged() if self._behind else b""

    def _judged(self) -> bytes:
        behind, self._behind = self._behind, b""
        is_odd = bool(self._end and self._end % 2)
        if begins_with_tag(behind) or not is_more_sound(behind, _MAX_CHUNK_BYTES, is_odd=is_odd):
            self.is_over, self.rest = True, behind
            return b""
        self._left = None
        return behind
