"""The program's side of recognition: starts the nursery, opens streams, keeps them bounded."""

from __future__ import annotations

import asyncio
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.errors import SpeechError, UsageError
from scribe_tui.local.recognition.fork_server import READY
from scribe_tui.local.recognition.messages import (
    AUDIO,
    COMMIT,
    Alive,
    ClosedSegment,
    Consumed,
    OpenText,
    RecognitionSettings,
    frame,
    from_line,
    setup_frame,
)
from scribe_tui.local.recognition.recognizer import check_installed

MAX_BACKLOG_SECONDS: Final = 60.0
"""Audio a stream may hold that is not recognised yet."""
_START_SECONDS: Final = 30.0
_STOP_SECONDS: Final = 0.8
_LONGEST_LINE: Final = 1 << 20
"""A segment of some hundred words with their times is about 50 kB."""


class BacklogError(Exception):
    """More audio waits to be recognised than a stream may hold."""


class Recognition:
    """One stream in a process of its own. Feed and commit never wait."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        settings: RecognitionSettings,
    ) -> None:
        self._reader = reader
        self._writer = writer
        wire_format = AudioFormat.parse(settings.audio_format)
        sample_bytes = 1 if wire_format.is_ulaw else SAMPLE_BYTES
        self._max_waiting = wire_format.samples(MAX_BACKLOG_SECONDS) * sample_bytes
        self._waiting = 0
        self.pid = 0
        """Process id, 0 until the process has said it."""
        writer.write(setup_frame(settings))

    def feed(self, audio: bytes) -> None:
        """Recognise `audio`, in wire format. Raises BacklogError."""
        self._waiting += len(audio)
        if self._waiting > self._max_waiting:
            raise BacklogError
        self._writer.write(frame(AUDIO, audio))

    def commit(self) -> None:
        """Close the open segment after the audio fed so far."""
        self._writer.write(frame(COMMIT))

    async def __aiter__(self) -> AsyncIterator[OpenText | ClosedSegment]:
        """What is heard, as it is heard; ends when the process does."""
        while line := await self._line():
            result = from_line(line)
            if isinstance(result, Alive):
                self.pid = result.pid
            elif isinstance(result, Consumed):
                self._waiting -= result.size
            else:
                yield result

    async def _line(self) -> bytes:
        try:
            return await self._reader.readline()
        except ConnectionError:
            return b""

    def close(self) -> None:
        """End the process; what waits is not recognised any more."""
        self._writer.transport.abort()


class Workers:
    """Opens recognition streams; entered, it has the model loaded. Raises UsageError."""

    def __init__(self) -> None:
        self._nursery: Process | None = None
        self._control: socket.socket | None = None
        self._starting = asyncio.Lock()

    async def __aenter__(self) -> Self:
        check_installed()
        try:
            await self._ensure_nursery()
        except SpeechError as error:
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

    async def open(self, settings: RecognitionSettings) -> Recognition:
        """A process for one stream, from a new nursery if the old one is dead.

        Raises SpeechError if there can be none.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                await self._hand_over(theirs)
            except BaseException:
                ours.close()
                raise
        reader, writer = await asyncio.open_connection(sock=ours, limit=_LONGEST_LINE)
        return Recognition(reader, writer, settings)

    async def _hand_over(self, stream: socket.socket) -> None:
        """Give `stream` to the nursery, or to a new one where it turns out to be dead."""
        control = await self._ensure_nursery()
        try:
            socket.send_fds(control, [b"F"], [stream.fileno()])
        except ConnectionError:  # it died just now: its socket tells before its exit status does
            control = await self._ensure_nursery(dead=control)
            socket.send_fds(control, [b"F"], [stream.fileno()])

    async def _ensure_nursery(self, dead: socket.socket | None = None) -> socket.socket:
        """The control socket of a living nursery; `dead` is known to be none."""
        async with self._starting:
            if self._control is not None and self._nursery is not None:
                if self._nursery.returncode is None and self._control is not dead:
                    return self._control
                await self._stop()
            self._control, theirs = socket.socketpair()
            with theirs:
                self._nursery = await asyncio.create_subprocess_exec(
                    *(sys.executable, "-P", "-m", "scribe_tui.local.recognition.fork_server"),
                    stdin=theirs.fileno(),
                    stdout=DEVNULL,
                    start_new_session=True,  # the terminal's Ctrl-C and hang-up are not for it
                )
            await self._wait_until_ready(self._control)
            return self._control

    async def _wait_until_ready(self, control: socket.socket) -> None:
        control.setblocking(False)
        try:
            async with asyncio.timeout(_START_SECONDS):
                answer = await asyncio.get_running_loop().sock_recv(control, 1)
        except TimeoutError:
            answer = b""
        if answer != READY:
            raise SpeechError(
                "no recogniser",
                "The offline endpoint could not load its speech model.",
                "Install it anew with: pip install --force-reinstall 'scribe-tui[offline]'",
            )

    async def _stop(self) -> None:
        """Close the nursery, which takes every recognition process along, and wait for it."""
        if self._control is not None:
            self._control.close()
            self._control = None
        nursery, self._nursery = self._nursery, None
        if nursery is None:
            return
        try:
            async with asyncio.timeout(_STOP_SECONDS):
                await nursery.wait()
        except TimeoutError:
            nursery.kill()
            await nursery.wait()
