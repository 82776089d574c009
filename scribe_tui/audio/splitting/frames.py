"""MPEG audio (layers I to III) and AAC in ADTS: frames whose headers give their length.

Headers as in ISO/IEC 11172-3 (MPEG audio) and ISO/IEC 14496-3, 1.A.2 (ADTS).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from scribe_tui.audio.splitting.splitter import StreamPiece

HEADER_BYTES = 7
MAX_JUNK_BYTES = 256 * 1024
"""Bytes without a frame, tags and pictures included, after which the stream is not MPEG audio."""

_ADTS_RATES = (
    96000,
    88200,
    64000,
    48000,
    44100,
    32000,
    24000,
    22050,
    16000,
    12000,
    11025,
    8000,
    7350,
)
_MPEG_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBITS = {
    (True, 3): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 1): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 3): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 1): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates by (MPEG-1, layer bits), for the index 1 to 14."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Length in bytes, duration in seconds, and whether it is AAC."""

    size: int
    seconds: float
    is_aac: bool


def frame_at(data: bytes | bytearray, at: int) -> Frame | None:
    """The frame whose header begins there; None where there is none. Needs `HEADER_BYTES`."""
    if data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return None
    if data[at + 1] & 0x06:
        return _mpeg_frame(data[at + 1], data[at + 2])
    return _adts_frame(data, at)


def _adts_frame(data: bytes | bytearray, at: int) -> Frame | None:
    if data[at + 1] & 0xF0 != 0xF0:
        return None
    index = (data[at + 2] >> 2) & 15
    size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
    if index >= len(_ADTS_RATES) or size <= HEADER_BYTES:
        return None
    blocks = (data[at + 6] & 3) + 1
    return Frame(size, 1024 * blocks / _ADTS_RATES[index], is_aac=True)


@lru_cache(maxsize=256)
def _mpeg_frame(second: int, third: int) -> Frame | None:
    """The frame by the second and third byte of its header. Cached: a station has few of them."""
    version, layer = (second >> 3) & 3, (second >> 1) & 3
    bit_rate, rate_index = third >> 4, (third >> 2) & 3
    if version not in _MPEG_RATES or rate_index == 3 or bit_rate in (0, 15):
        return None
    first = version == 3
    rate = _MPEG_RATES[version][rate_index]
    bits = _KBITS[first, layer][bit_rate - 1] * 1000
    padding = (third >> 1) & 1
    if layer == 3:
        return Frame((12 * bits // rate + padding) * 4, 384 / rate, is_aac=False)
    samples = 1152 if first or layer == 2 else 576
    return Frame(samples // 8 * bits // rate + padding, samples / rate, is_aac=False)


class FrameSplitter:
    """A `Splitter` for a station of bare frames; a file may begin with any frame.

    Bytes between frames count as no sound: players skip them, as the decoder does.
    """

    header = b""

    def __init__(self) -> None:
        self.suffix = ".mp3"
        self.is_lost = False
        """Whether nothing like a frame was found for long."""
        self._rest = bytearray()
        self._seconds = 0.0
        self._in_step = False
        self._junk = 0

    def feed(self, data: bytes) -> list[StreamPiece]:
        """All complete frames in one piece, with the bytes between them."""
        self._rest += data
        began = self._seconds
        end = self._walk()
        if self.is_lost:
            self._rest.clear()
            return []
        if not end or not self._seconds:  # what kind of frames these are is not known yet
            return []
        piece = bytes(self._rest[:end])
        del self._rest[:end]
        return [StreamPiece(piece, began)]

    def _walk(self) -> int:
        """Index past the last complete frame, or past bytes that are not frames."""
        rest, at = self._rest, 0
        while at + HEADER_BYTES <= len(rest):
            frame = frame_at(rest, at)
            if frame is not None and not self._in_step:
                if at + frame.size + HEADER_BYTES > len(rest):
                    break
                following = frame_at(rest, at + frame.size)
                if following is None or following.is_aac != frame.is_aac:
                    frame = None
            if frame is None:
                at = self._skip(at)
                continue
            if at + frame.size > len(rest):
                break
            if not self._in_step and not self._seconds:
                self.suffix = ".aac" if frame.is_aac else ".mp3"
            self._in_step, self._junk, self.is_lost = True, 0, False
            self._seconds += frame.seconds
            at += frame.size
        return at

    def _skip(self, at: int) -> int:
        self._in_step = False
        following = self._rest.find(b"\xff", at + 1)
        end = len(self._rest) if following < 0 else following
        self._junk += end - at
        self.is_lost = self._junk > MAX_JUNK_BYTES
        return end
