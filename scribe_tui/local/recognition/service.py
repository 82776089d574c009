"""The program's side of recognition: starts the process, replaces it if it dies, opens streams."""

from __future__ import annotations

import asyncio
import itertools
import logging
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import Coroutine
from types import TracebackType
from typing import Final, Self

from scribe_tui.child_process import end_process
from scribe_tui.errors import SpeechError, UsageError
from scribe_tui.local.recognition.messages import (
    NO_STREAM,
    Capacity,
    Ready,
    RecognitionSettings,
    from_line,
)
from scribe_tui.local.recognition.moonshine import check_installed
from scribe_tui.local.recognition.stream import RecognitionStream
from scribe_tui.sanitize import harmless_line

MAX_DEATHS: Final = 5
"""If the process dies this often within `DEATHS_SECONDS`, it is not started again."""
DEATHS_SECONDS: Final = 60.0
_START_SECONDS: Final = 30.0
_LONGEST_LINE: Final = 1 << 20
"""Longest line in bytes; a segment of some hundred words with times is about 50 kB."""
_MODULE: Final = "scribe_tui.local.recognition.worker"

_log = logging.getLogger(__name__)


class RecognitionService:
    """Recognises while entered. Entering raises UsageError if there is no working recogniser."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._streams: dict[int, RecognitionStream] = {}
        self._numbers = itertools.count(NO_STREAM + 1)
        self._deaths: deque[float] = deque(maxlen=MAX_DEATHS)
        self._starting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._capacity = 1

    async def __aenter__(self) -> Self:
        check_installed()
        try:
            await self._ensure_process()
        except SpeechError as error:
            await self._stop()
            raise UsageError(error.title, error.message, error.remedy) from error
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stop()

    @property
    def pid(self) -> int | None:
        """The process id; None while there is no process."""
        return self._process.pid if self._process is not None else None

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    @property
    def possible_streams(self) -> int:
        """About how many streams of continuous speech this machine can follow."""
        return self._capacity

    async def open(self, settings: RecognitionSettings) -> RecognitionStream:
        """Open a new stream. Raises SpeechError if no process can be started for it."""
        await self._ensure_process()
        number = next(self._numbers)
        stream = RecognitionStream(number, settings, self._write, self._forget)
        self._streams[number] = stream
        return stream

    def _forget(self, stream: RecognitionStream) -> None:
        self._streams.pop(stream.number, None)

    def _write(self, data: bytes) -> None:
        """Write to the process, if there is one; a new one gets all kept sound when it starts."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.write(data)

    async def _ensure_process(self) -> None:
        async with self._starting:
            if self._process is not None:
                return
            process = await _start()
            said: deque[str] = deque(maxlen=1)
            self._keep(self._listen_to_complaints(process, said))
            try:
                await _ready(process, said)
            except BaseException:
                await end_process(process)
                raise
            self._process = process
            for stream in self._streams.values():
                for data in stream.begin_again():
                    self._write(data)
            self._keep(self._read(process))

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read(self, process: Process) -> None:
        """Pass on the results of the process until it ends; then start another if needed."""
        assert process.stdout is not None
        while line := await process.stdout.readline():
            number, result = from_line(line)
            if isinstance(result, Capacity):
                self._capacity = result.streams
            elif (stream := self._streams.get(number)) is not None:
                stream.take(result)
        await process.wait()
        self._process = None
        self._deaths.append(time.monotonic())
        _log.warning("the recognition process ended unexpectedly (%s)", process.returncode)
        if not self._streams:
            return  # the next stream starts a fresh one
        try:
            if self._dies_too_often:
                raise _died()
            await self._ensure_process()
        except SpeechError as error:
            _log.warning("%s", error.sentence)
            for stream in tuple(self._streams.values()):
                stream.end()

    @property
    def _dies_too_often(self) -> bool:
        deaths = self._deaths
        return len(deaths) == MAX_DEATHS and deaths[-1] - deaths[0] < DEATHS_SECONDS

    async def _listen_to_complaints(self, process: Process, said: deque[str]) -> None:
        """Log what the process writes to standard error; `said` keeps the latest line."""
        assert process.stderr is not None
        while data := await process.stderr.read(4096):
            for line in data.decode(errors="replace").splitlines():
                if text := harmless_line(line):
                    said.append(text)
                    _log.warning("recogniser: %s", text)

    async def _stop(self) -> None:
        """Kill the process at once: its results are not needed."""
        process, self._process = self._process, None
        for task in tuple(self._tasks):
            task.cancel()
        if process is not None:
            await end_process(process)
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for stream in tuple(self._streams.values()):
            stream.end()


async def _start() -> Process:
    """Start the process. Raises SpeechError."""
    try:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", _MODULE),
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            limit=_LONGEST_LINE,
            start_new_session=True,  # so that it gets no Ctrl-C or hang-up of the terminal
        )
    except OSError as error:
        why = error.strerror or str(error)
        raise SpeechError(
            "no recogniser", f"The recognition process cannot be started: {why}."
        ) from error


async def _ready(process: Process, said: deque[str]) -> None:
    """Wait until the model is loaded. Raises SpeechError."""
    assert process.stdout is not None
    try:
        async with asyncio.timeout(_START_SECONDS):
            line = await process.stdout.readline()
    except TimeoutError:
        line = b""
    if line and isinstance(from_line(line)[1], Ready):
        return
    why = f": {said[-1].rstrip('.')}" if said else ""
    raise SpeechError(
        "no recogniser",
        f"The offline endpoint could not load its speech model{why}.",
        "Install it anew with: pip install --force-reinstall 'scribe-tui[offline]'",
    )


def _died() -> SpeechError:
    return SpeechError(
        "no recogniser",
        f"The recognition process died {MAX_DEATHS} times within {DEATHS_SECONDS:.0f} s.",
        "Its last words are in the diagnostics log.",
    )
