"""WAV headers: how the sound is laid out, and whether the length given is true.

Recorders write the sizes when they are done; a file that is still written, that was cut off
by a power failure, or that went through a pipe, holds more sound than its header says.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from scribe_tui.audio.containers.beginnings import LOOK_BYTES, begins_in

_MAX_CHUNKS = 64
_UNKNOWN = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF})
_KINDS = frozenset({b"RIFF", b"RF64", b"BW64"})
_PCM, _EXTENSIBLE = 1, 0xFFFE
_PCM_NAMES = {1: "u8", 2: "s16le", 3: "s24le", 4: "s32le"}
"""The decoder's names, by the bytes of a sample."""
_MAX_CHANNELS = 64
_CHUNK_NAMES = frozenset({b"data", b"fmt ", b"LIST", b"fact", b"bext", b"JUNK", b"id3 ", b"cue "})
_ENDLESS = 0x7FFF0000
"""Lengths from here on mean "unknown": the file was written to a pipe."""
_MAX_FORM_BYTES = 4096
_NO_PROBE = ("-probesize", "32", "-analyzeduration", "0")


@dataclass(frozen=True, slots=True)
class PcmLayout:
    """How PCM is laid out in a WAV file, from `data_at` bytes after its beginning on.

    `name`: the decoder's name of the sample format. `rate` in Hz, `block` in bytes: one sample of
    all channels. `told_bytes`: the length that the header declares, None without one.
    """

    name: str
    rate: int
    channels: int
    data_at: int
    block: int
    told_bytes: int | None = None

    @property
    def told_seconds(self) -> float | None:
        """The length in seconds that the header declares, None without one."""
        return None if self.told_bytes is None else self.told_bytes / (self.block * self.rate)

    @property
    def flags(self) -> tuple[str, ...]:
        """Options of the decoder to read it as raw PCM, without probing.

        Its WAV reader waits for 64 KiB, to find out whether the sound is something else in
        disguise, and then for a second more.
        """
        shape = ("-f", self.name, "-ar", str(self.rate), "-ac", str(self.channels))
        return (*_NO_PROBE, *shape, "-skip_initial_bytes", str(self.data_at))


def is_wav(head: bytes) -> bool:
    """Whether the file that begins with `head` is a WAV file."""
    return head[:4] in _KINDS and head[8:12] == b"WAVE"


def pcm_layout(head: bytes) -> PcmLayout | None:
    """The layout of the PCM in a WAV file that begins with `head`.

    None for compressed sound, other formats than WAV, and where `head` does not reach the sound.
    """
    if not is_wav(head):
        return None
    return _walk(BytesIO(head), stray=False)


def unpadded_layout(path: Path) -> PcmLayout | None:
    """The layout of a file in which a chunk of odd length lacks the byte that makes it even.

    The decoder's WAV reader loses its way in such files. None: it is not one.
    """
    try:
        with path.open("rb") as file:
            return _walk(file, stray=True)
    except OSError:
        return None


def _walk(file: BinaryIO, *, stray: bool) -> PcmLayout | None:
    """From chunk to chunk to the sound; None if it is not reached.

    `stray`: chunks may lack their padding, and one must.
    """
    if not is_wav(file.read(12)):
        return None
    form, found_stray = b"", False
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:
            return None
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        at = file.tell()
        if name == b"data":
            return layout_in(form, at, length) if found_stray == stray else None
        if name == b"fmt ":
            form = file.read(min(length, _MAX_FORM_BYTES))
        file.seek(at + length)
        if length % 2 == 0:
            continue
        if stray and file.read(4) in _CHUNK_NAMES:
            found_stray = True
            file.seek(at + length)
        else:
            file.seek(at + length + 1)
    return None


def has_wrong_length(path: Path) -> bool:
    """Whether sound follows the end that the header declares, or the header declares none."""
    try:
        with path.open("rb") as file:
            return _has_wrong_length(file, path.stat().st_size)
    except OSError:
        return False


def layout_in(form: bytes, data_at: int, length: int) -> PcmLayout | None:
    """The layout by the content of a `fmt ` chunk and the length in the head of `data`."""
    if len(form) < 16:
        return None
    tag, channels = int.from_bytes(form[:2], "little"), int.from_bytes(form[2:4], "little")
    if tag == _EXTENSIBLE and len(form) >= 26:
        tag = int.from_bytes(form[24:26], "little")
    rate, block = int.from_bytes(form[4:8], "little"), int.from_bytes(form[12:14], "little")
    if tag != _PCM or not 0 < channels <= _MAX_CHANNELS or not rate or block % channels:
        return None
    name = _PCM_NAMES.get(block // channels)
    if name is None:
        return None
    told = length if 0 < length < _ENDLESS else None
    return PcmLayout(name, rate, channels, data_at, block, told)


def _has_wrong_length(file: BinaryIO, size: int) -> bool:
    head = file.read(12)
    if not is_wav(head):
        return False
    long_length: int | None = None
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:
            return False
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        if name == b"ds64":
            fields = file.read(min(length, 24))
            long_length = int.from_bytes(fields[8:16], "little")
            length -= len(fields)
        elif name == b"data":
            if head[:4] != b"RIFF" and length in _UNKNOWN:
                length = long_length or 0
            return _goes_on(file, length, size)
        file.seek(length + length % 2, 1)
    return False


def _goes_on(file: BinaryIO, length: int, size: int) -> bool:
    """Whether the bytes that follow `length` bytes from here are more sound."""
    start = file.tell()
    if length in _UNKNOWN:
        return True
    end = start + length
    if end >= size:
        return False
    file.seek(end)
    return is_more_sound(file.read(LOOK_BYTES), size - end, is_odd=bool(length % 2))


def is_more_sound(behind: bytes, left: int, *, is_odd: bool = False) -> bool:
    """Whether the bytes behind the declared end of the sound are more sound.

    They are not if another RIFF chunk or another recording begins there. `left`: how many bytes
    there are, beginning with `behind`; `is_odd`: a chunk may begin one byte later.
    """
    for padding in (0, 1) if is_odd else (0,):
        head = behind[padding : padding + 8]
        if len(head) < 8 or names_chunk(head, left - padding - 8):
            return False
    return not begins_in(behind)


def names_chunk(head: bytes, left: int, order: Literal["little", "big"] = "little") -> bool:
    """Whether `head` is that of another chunk, one that fits into the `left` bytes behind it."""
    named = head[:4].isascii() and head[:4].decode("ascii").isprintable()
    return named and int.from_bytes(head[4:8], order) <= left + 1
