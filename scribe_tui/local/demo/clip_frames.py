"""Bundled recordings, split into parts that a station can play: MP3 frames, Ogg pages."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class StreamPart:
    """Consecutive bytes of a recording and the length of their sound in seconds."""

    data: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class FramedRecording:
    """A recording split into `blocks`; a listener may join at any, after the `preamble`."""

    preamble: bytes
    blocks: tuple[StreamPart, ...]

    @property
    def seconds(self) -> float:
        """Length of the whole recording in seconds."""
        return sum(block.seconds for block in self.blocks)


def read_recording(path: Path) -> FramedRecording:
    """The recording at `path`, an `.mp3` without tags or an `.ogg` with Vorbis."""
    data = path.read_bytes()
    if path.suffix == ".mp3":
        return FramedRecording(b"", tuple(_mp3_frames(data)))
    return _ogg(data)


_MPEG2_LAYER3_KBIT: Final = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MPEG2_RATES: Final = (22050, 24000, 16000)
_MPEG2_LAYER3: Final = 0xFFF2
_FRAME_SAMPLES: Final = 576


def _mp3_frames(data: bytes) -> Iterator[StreamPart]:
    """Frames of MPEG-2 layer III (ISO 13818-3), the form of MP3 at 16 to 24 kHz."""
    position = 0
    while position + 4 <= len(data):
        (header,) = struct.unpack_from(">I", data, position)
        if (header >> 16) & 0xFFFE != _MPEG2_LAYER3:
            raise ValueError(f"no MPEG-2 layer III frame at byte {position}")
        rate = _MPEG2_RATES[header >> 10 & 3]
        bits_per_second = _MPEG2_LAYER3_KBIT[header >> 12 & 15] * 1000
        size = _FRAME_SAMPLES // 8 * bits_per_second // rate + (header >> 9 & 1)
        yield StreamPart(data[position : position + size], _FRAME_SAMPLES / rate)
        position += size


_PAGE_HEADER: Final = struct.Struct("<4sBBqIIIB")
"""RFC 3533: capture pattern, version, flags, granule position, serial, number, checksum,
segment count; the segment lengths follow."""
_VORBIS_RATE_AT: Final = 12
"""Offset of the sample rate in the Vorbis identification header."""


def _ogg(data: bytes) -> FramedRecording:
    """Pages of one Vorbis stream; its three headers fill the pages of granule 0."""
    preamble, blocks, rate, granule_before, position = b"", [], 0, 0, 0
    while position < len(data):
        *_, granule, _, _, _, segments = _PAGE_HEADER.unpack_from(data, position)
        lengths_at = position + _PAGE_HEADER.size
        body_at = lengths_at + segments
        end = body_at + sum(data[lengths_at:body_at])
        if not rate:
            (rate,) = struct.unpack_from("<I", data, body_at + _VORBIS_RATE_AT)
        if granule == 0:
            preamble += data[position:end]
        else:
            blocks.append(StreamPart(data[position:end], (granule - granule_before) / rate))
            granule_before = granule
        position = end
    return FramedRecording(preamble, tuple(blocks))
