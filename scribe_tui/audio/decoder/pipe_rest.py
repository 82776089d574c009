"""When a live decoder's pipe is left alone, so that decoder and program wake twice a second.

A station sends some seconds of sound at once when one joins, then lumps of a tenth of a
second. Waking a decoder for each lump costs twice as much as decoding it, waking for what
it writes costs us as much again. So a little of that first lump is left with the decoder:
its pipe is full, it stands still, the lumps gather in its socket, and each time the
program takes half a second from the pipe it decodes the next half second in one go.

What is left there is little, and now and then all there is gets taken: the cushion
against the net stays in our hands, and a station that stops is noticed at most that
little later.
"""

from __future__ import annotations

import array
import os
import sys
from io import IOBase

from scribe_tui.audio.format import CHUNK_SECONDS, SAMPLE_BYTES, AudioFormat

if sys.platform != "win32":
    import fcntl
    import termios

PIPE_SECONDS = 0.5
"""What a decoder's pipe holds, and so what is taken of a live one at a time. By twice that the
place of damage in a file may be told too late: the decoder fills the pipe while its complaint
waits to be read, and once more when it is emptied first."""
LEFT_SECONDS = 1.5
"""Sound left with the decoder: a full pipe, and twice that in its socket, so that it never
waits for the net between two readings."""
LISTEN_SECONDS = 2.0
"""All that comes is taken for so long, to know how much there is."""
CYCLE_SECONDS = 30.0
"""Sound from one such look to the next."""
ENOUGH_SECONDS = 1.0
"""Sound in reserve below which a pipe is always read."""


class PipeRest:
    """Decides by what is in hand and what was taken, in bytes of PCM; no clock, no pipe.

    Never more than `capacity_seconds` are in hand, by more than a reading. Unless
    `is_live` that is all: a file's decoder need not be hurried or spared.
    """

    def __init__(
        self, audio_format: AudioFormat, capacity_seconds: float, *, is_live: bool
    ) -> None:
        self._second = audio_format.samples(1.0) * SAMPLE_BYTES
        self._capacity = int(capacity_seconds * self._second)
        self._is_live = is_live
        # A chunk less than the pipe holds: one reading then fills up what was used.
        step_seconds = PIPE_SECONDS - CHUNK_SECONDS if is_live else capacity_seconds / 2
        self._step = int(step_seconds * self._second)
        self._level = self._capacity
        self._listened = 0
        self._rests = False

    def taken(self, size: int) -> None:
        """`size` bytes went on to the program."""
        self._listened += size

    def rests(self, held: int) -> bool:
        """Whether the pipe is to be left alone while `held` bytes are in hand."""
        if self._is_live:
            self._look(held)
        if held >= self._level:
            self._rests = True
        elif held < self._level - self._step:
            self._rests = False
        return self._rests

    def _look(self, held: int) -> None:
        """Listen, then settle on a level; after a while again."""
        if self._listened >= CYCLE_SECONDS * self._second:
            self._listened = 0
            self._level = self._capacity
        elif self._level == self._capacity and self._listened >= LISTEN_SECONDS * self._second:
            spare = held - LEFT_SECONDS * self._second
            self._level = min(self._capacity, int(max(spare, ENOUGH_SECONDS * self._second)))


def first_pipe_bytes(audio_format: AudioFormat) -> int:
    """What the pipes of a decoder are to hold from its start on, -1 for what the system gives.

    A user with a thousand pipes may be refused (EPERM), by which the start would fail: asked
    with a pipe that nobody uses.
    """
    if sys.platform != "linux":
        return -1
    size = _pipe_bytes(audio_format, channels=1)
    ends = os.pipe()
    try:
        fcntl.fcntl(ends[1], fcntl.F_SETPIPE_SZ, size)
    except OSError:
        return -1
    finally:
        for end in ends:
            os.close(end)
    return size


def _pipe_bytes(audio_format: AudioFormat, channels: int) -> int:
    return audio_format.samples(PIPE_SECONDS) * SAMPLE_BYTES * channels


def narrow(pipe: IOBase, audio_format: AudioFormat, channels: int) -> None:
    """Let `pipe` hold `PIPE_SECONDS` of sound, where the system can set that (Linux).

    Elsewhere, or when more is in it already, it stays as wide as it is: then the decoder
    waits for the net more often.
    """
    if sys.platform == "linux":
        try:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _pipe_bytes(audio_format, channels))
        except (OSError, ValueError):  # ValueError: the decoder is gone and its pipe closed
            return


def waiting_bytes(pipe: IOBase) -> int:
    """Bytes written into `pipe` and not read; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    count = array.array("i", [0])
    try:
        fcntl.ioctl(pipe, termios.FIONREAD, count, True)
    except (OSError, ValueError):  # ValueError: closed
        return 0
    return count[0]
