"""When a live decoder's pipe is not read, so that decoder and program wake only twice a second.

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
"""Sound that a decoder's pipe holds, and so what is read of a live one at a time. Damage in a file
may be reported up to twice this late: the decoder fills the pipe while its error line waits to be
read, and once more if the pipe is emptied first."""
LEFT_SECONDS = 1.5
"""Sound left with the decoder: a full pipe, and twice that in its socket, so that it never
waits for the net between two readings."""
LISTEN_SECONDS = 2.0
"""For this long everything is read, to measure the reserve."""
CYCLE_SECONDS = 30.0
"""Sound from one such measurement to the next."""
ENOUGH_SECONDS = 1.0
"""Sound in reserve below which a pipe is always read."""


class PipeRest:
    """Decides by the bytes of PCM that wait and those passed on; no clock, no pipe.

    At most `capacity_seconds` wait, exceeded by one read at most. Unless `is_live` that is its only
    rule.
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
        """Whether not to read the pipe while `held` bytes wait."""
        if self._is_live:
            self._look(held)
        if held >= self._level:
            self._rests = True
        elif held < self._level - self._step:
            self._rests = False
        return self._rests

    def _look(self, held: int) -> None:
        """Measure the reserve, then settle on how much is left in the pipe; repeat each cycle."""
        if self._listened >= CYCLE_SECONDS * self._second:
            self._listened = 0
            self._level = self._capacity
        elif self._level == self._capacity and self._listened >= LISTEN_SECONDS * self._second:
            spare = held - LEFT_SECONDS * self._second
            self._level = min(self._capacity, int(max(spare, ENOUGH_SECONDS * self._second)))


def first_pipe_bytes(audio_format: AudioFormat) -> int:
    """Size in bytes of a decoder's pipes from its start on, -1 for the system's default.

    The system may refuse (EPERM) a user with a thousand pipes, and the start would fail. So it is
    tried first with a pipe of no use.
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
    """Bytes written into `pipe` and not yet read; 0 where the system cannot tell."""
    if sys.platform == "win32":
        return 0
    count = array.array("i", [0])
    try:
        fcntl.ioctl(pipe, termios.FIONREAD, count, True)
    except (OSError, ValueError):  # ValueError: closed
        return 0
    return count[0]
