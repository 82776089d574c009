"""The program's side of one stream: keeps its sound until its text has come, and gives the text."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Final

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.local.recognition.messages import (
    AUDIO,
    CLOSE,
    COMMIT,
    ClosedSegment,
    Line,
    OpenText,
    RecognitionProgress,
    RecognitionSettings,
    Result,
    frame,
    open_frame,
)

MAX_AHEAD_SECONDS: Final = 20.0
"""Most sound accepted ahead of recognition. If more is ahead, and the sound fed is also more than
this ahead of real time, `feed` waits."""
MAX_BEHIND_SECONDS: Final = 300.0
"""The same for sound fed in real time: if this machine is too slow and the endpoint stopped
reading, the client would take it for dead. Memory: 100 kB per second here and in the process."""
HURRIED: Final = 1.25
"""Above this many times real time, sound counts as coming faster than real time."""
_LOOK_SECONDS: Final = 0.5
_UNREAD_SECONDS: Final = 1.0
"""Unprocessed sound that is normal: more than the voice detector needs for a decision."""
MAX_UNREAD_RESULTS: Final = 32
"""If more results than this were not fetched, `feed` waits."""


@dataclass(frozen=True, slots=True)
class _Sound:
    start: int
    """Position of its first sample, counted in the wire format from the start of the stream."""
    audio: bytes
    fed_at: float
    """When it was fed, on the stream's clock (seconds)."""


class _Commit:
    """A requested commit that is not answered yet."""


class RecognitionStream:
    """One stream. `write` sends frames to the process, if there is one.

    Unanswered sound and commits are kept here, for a process that replaces one that died.
    `on_close` is called by `close`; `clock` gives seconds.
    """

    def __init__(
        self,
        number: int,
        settings: RecognitionSettings,
        write: Callable[[bytes], None],
        on_close: Callable[[RecognitionStream], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.number = number
        self._settings = settings
        self._write = write
        self._on_close = on_close
        self._clock = clock
        self._opened_at = clock()
        self._format = AudioFormat.parse(settings.audio_format)
        self._sample_bytes = 1 if self._format.is_ulaw else SAMPLE_BYTES
        self._kept: deque[_Sound | _Commit] = deque()
        self._fed = 0
        self._done = 0
        self._waiting = 0
        self._results: deque[Result] = deque()
        self._changed = asyncio.Event()
        self._over = False
        write(open_frame(number, settings))

    async def feed(self, audio: bytes) -> None:
        """Recognise `audio`, in wire format. Waits while too much is ahead of recognition."""
        self._kept.append(_Sound(self._fed, audio, self._clock()))
        self._fed += self._samples_in(audio)
        self._write(frame(AUDIO, self.number, audio))
        while self._is_full and not self._over:
            with contextlib.suppress(TimeoutError):  # passing time alone may end the wait
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._change()

    def commit(self) -> None:
        """Close the open segment after the audio fed so far."""
        self._kept.append(_Commit())
        self._write(frame(COMMIT, self.number))

    async def __aiter__(self) -> AsyncIterator[Result]:
        """The results as they come; ends when the stream or the recogniser has ended."""
        while True:
            while self._results:
                result = self._results.popleft()
                self._notify()
                yield result
            if self._over:
                return
            await self._change()

    @property
    def expects_text(self) -> bool:
        """Whether a commit is not answered yet, or more sound than usual is not processed."""
        is_behind = self._format.seconds(self._fed - self._done) > _UNREAD_SECONDS
        return is_behind or any(isinstance(item, _Commit) for item in self._kept)

    @property
    def waited_seconds(self) -> float:
        """Seconds that the oldest sound has waited: ended speech for its text, or unread sound."""
        for item in self._kept:
            if isinstance(item, _Sound) and self._waiting < self._end_of(item):
                return self._clock() - item.fed_at if self.expects_text else 0.0
        return 0.0

    @property
    def is_hurried(self) -> bool:
        """Whether sound has come faster than real time; then lag does not mean a slow machine."""
        elapsed = self._clock() - self._opened_at
        return self._format.seconds(self._fed) > HURRIED * elapsed + _UNREAD_SECONDS

    def close(self) -> None:
        """End the stream; sound that waits is not recognised."""
        self._write(frame(CLOSE, self.number))
        self.end()
        self._on_close(self)

    def end(self) -> None:
        """No more results will come."""
        self._over = True
        self._notify()

    def begin_again(self) -> Iterator[bytes]:
        """The frames that bring a new process to the state of the one that died."""
        sounds = [it for it in self._kept if isinstance(it, _Sound)]
        start = sounds[0].start if sounds else self._fed
        self._done = self._waiting = start
        yield open_frame(self.number, self._settings, self._format.seconds(start))
        for item in self._kept:
            if isinstance(item, _Sound):
                yield frame(AUDIO, self.number, item.audio)
            else:
                yield frame(COMMIT, self.number)

    def take(self, result: Line) -> None:
        """Take a line of the process about this stream."""
        match result:
            case RecognitionProgress(done_seconds, needed_seconds, waiting_seconds):
                self._done = self._format.samples(done_seconds)
                self._waiting = self._format.samples(waiting_seconds)
                self._release(self._format.samples(needed_seconds))
            case ClosedSegment():
                if result.requested:
                    self._release_commit()
                self._release(self._format.samples(result.end_seconds))
                self._results.append(result)
            case OpenText():
                # A newer partial replaces one that was not fetched.
                if self._results and isinstance(self._results[-1], OpenText):
                    self._results.pop()
                self._results.append(result)
        self._notify()

    @property
    def _is_full(self) -> bool:
        if len(self._results) > MAX_UNREAD_RESULTS:
            return True
        ahead = self._format.seconds(self._fed - self._done)
        hurry = self._format.seconds(self._fed) - (self._clock() - self._opened_at)
        return min(ahead, hurry) > MAX_AHEAD_SECONDS or ahead > MAX_BEHIND_SECONDS

    def _end_of(self, sound: _Sound) -> int:
        return sound.start + self._samples_in(sound.audio)

    def _samples_in(self, audio: bytes) -> int:
        return len(audio) // self._sample_bytes

    def _release_commit(self) -> None:
        """The oldest commit was answered: drop it and all sound before it."""
        while self._kept and not isinstance(self._kept.popleft(), _Commit):
            pass

    def _release(self, position: int) -> None:
        """Drop sound before `position`, but only up to the oldest unanswered commit."""
        while self._kept and isinstance(first := self._kept[0], _Sound):
            passed = position - first.start
            if passed * self._sample_bytes < len(first.audio):
                if passed > 0:
                    rest = first.audio[passed * self._sample_bytes :]
                    self._kept[0] = _Sound(position, rest, first.fed_at)
                return
            self._kept.popleft()

    def _notify(self) -> None:
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()
