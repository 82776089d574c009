"""Encoder: PCM encoded as FLAC in Ogg by a process of its own, for sources that give plain PCM."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE, Process

from scribe_tui.audio.decoder.command import environment
from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.audio.format import AudioFormat, SoundCopy
from scribe_tui.child_process import EXIT_SECONDS, end_process
from scribe_tui.errors import SourceError

HELD_BYTES = 4 * 1024 * 1024
"""Bound of the PCM that waits for the encoder: two minutes of speech."""
CLOSE_SECONDS = 3.0
_READ_BYTES = 65536
ENDED = "the encoder ended"


class Encoder:
    """`start` it, `write` PCM, `close` it; the encoded bytes go to `copy`."""

    def __init__(self, audio_format: AudioFormat, copy: SoundCopy) -> None:
        self._format = audio_format
        self._copy = copy
        self._waiting = bytearray()
        self._changed = asyncio.Event()
        self._closed = False
        self._task: asyncio.Task[None] | None = None
        self.problem: str | None = None
        """Why it makes nothing, as the end of a sentence."""

    def start(self) -> None:
        """Begin in a task of its own."""
        self._task = asyncio.create_task(self._run(), name="encoder")

    def write(self, pcm: bytes) -> bool:
        """Take PCM; False if it had to be dropped."""
        if self.problem is not None or self._closed:
            return False
        if len(self._waiting) + len(pcm) > HELD_BYTES:
            return False
        self._waiting += pcm
        self._changed.set()
        return True

    async def close(self) -> None:
        """Let it finish what it was given, for a few seconds at most. Never raises."""
        self._closed = True
        self._changed.set()
        if self._task is not None:
            await asyncio.wait([self._task], timeout=CLOSE_SECONDS)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        process = None
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command(),
                stdin=PIPE,
                stdout=PIPE,
                stderr=DEVNULL,
                start_new_session=True,
                env=environment({}),
            )
            await self._through(process)
        except SourceError as error:
            self.problem = error.message.rstrip(".")
        except OSError:  # gone in the middle of its work, too
            self.problem = "the encoder cannot be run" if process is None else ENDED
        finally:
            self._copy.close()
            if process is not None:
                await end_process(process, EXIT_SECONDS)
        if not self._closed and self.problem is None:
            self.problem = ENDED

    async def _through(self, process: Process) -> None:
        """Pass PCM to the process and its output to `copy`.

        Raises OSError when the process is gone.
        """
        giving = asyncio.create_task(self._give(process), name="encoder-in")
        try:
            await self._take(process)
        finally:
            giving.cancel()
            (given,) = await asyncio.gather(giving, return_exceptions=True)
        if isinstance(given, Exception):
            raise given

    def _command(self) -> list[str]:
        """Ogg pages of a second, so that a kill costs no more than that."""
        rate = str(self._format.rate)
        sound = ("-f", "s16le", "-ar", rate, "-ac", "1", "-i", "pipe:0")
        coded = ("-c:a", "flac", "-page_duration", "500000", "-flush_packets", "1", "-f", "ogg")
        quiet = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "error")
        return [find_decoder(), *quiet, *sound, *coded, "pipe:1"]

    async def _give(self, process: Process) -> None:
        assert process.stdin is not None
        while True:
            if self._waiting:
                data, self._waiting = bytes(self._waiting), bytearray()
                process.stdin.write(data)
                await process.stdin.drain()
            elif self._closed:
                process.stdin.close()
                return
            else:
                self._changed.clear()
                await self._changed.wait()

    async def _take(self, process: Process) -> None:
        assert process.stdout is not None
        while data := await process.stdout.read(_READ_BYTES):
            self._copy.write(data)
