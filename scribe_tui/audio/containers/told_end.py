"""ToldEnd: of a WAV whose bytes go by once, what is sound, though its header tells too little."""

from __future__ import annotations

from scribe_tui.audio.containers.beginnings import begins_with_tag
from scribe_tui.audio.containers.wav import PcmLayout, is_more_sound

_BEHIND_BYTES = 8 * 1024
"""As much of what stands behind the end that a header gives tells what it is."""
_MAX_CHUNK_BYTES = 16 * 1024 * 1024
"""What stands behind the sound is smaller; how much will come nobody knows."""


class ToldEnd:
    """Passes bytes on to where the header says that the sound ends.

    What stands behind is passed on only if it is neither a chunk of another kind nor another
    recording: then the header was wrong.
    """

    def __init__(self, layout: PcmLayout | None) -> None:
        """None, or a layout that tells no length: all is passed on."""
        told = None if layout is None else layout.told_bytes
        self._end = None if layout is None or told is None else layout.data_at + told
        self._left = self._end
        self._behind = b""
        self.is_over = False
        """Whether the sound has ended: nothing is passed on any more."""
        self.rest = b""
        """Then the first bytes of what stands behind it."""

    def feed(self, data: bytes) -> bytes:
        """The next bytes; what of them, and of those held back, is sound."""
        if self.is_over:
            return b""
        if self._left is None:
            return data
        sound, behind = data[: self._left], data[self._left :]
        self._left -= len(sound)
        self._behind += behind
        return sound + self._judged() if len(self._behind) >= _BEHIND_BYTES else sound

    def finish(self) -> bytes:
        """There are no more bytes: what of those held back is sound."""
        return self._judged() if self._behind else b""

    def _judged(self) -> bytes:
        behind, self._behind = self._behind, b""
        is_odd = bool(self._end and self._end % 2)
        if begins_with_tag(behind) or not is_more_sound(behind, _MAX_CHUNK_BYTES, is_odd=is_odd):
            self.is_over, self.rest = True, behind
            return b""
        self._left = None
        return behind
