"""One decoder process: PCM out of its stdout, facts and errors out of its stderr.

The process belongs to the object: `stop` always kills it and closes its pipes. Sound is
taken up to a bound, so that the backlog is known; beyond the bound the full pipe holds the
decoder back. Nothing here runs as a task: the event loop calls the protocol when bytes
arrive, unless the pipe rests. The process has a bound to its memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable

from scribe_tui.audio import failures
from scribe_tui.audio.containers.true_times import early_by
from scribe_tui.audio.decoder.command import DecoderInput, command, environment
from scribe_tui.audio.decoder.copy_pipe import copying
from scribe_tui.audio.decoder.log import DecoderFacts, DecoderLog
from scribe_tui.audio.decoder.mono_sound import MonoSound
from scribe_tui.audio.decoder.pipe_rest import (
    PipeRest,
    first_pipe_bytes,
    narrow,
    waiting_bytes,
)
from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.audio.decoder.starting import (
    MEMORY_MEGABYTES,
    bound_memory,
    not_started,
    start_slot,
)
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat, SoundCopy
from scribe_tui.audio.losses.damage import Damage
from scribe_tui.audio.options import STALL_SECONDS, SourceOptions
from scribe_tui.child_process import EXIT_SECONDS
from scribe_tui.errors import SourceError
from scribe_tui.small_reads import read_little

STARTING_SECONDS = 1.0
LAST_WORDS_SECONDS = 5.0
"""Wait for the last log lines of a decoder whose sound has ended, on a busy machine too."""
UNDECODABLE_SECONDS = 3.0
"""A live source that sends undecodable bytes for this long has changed its format."""

_STDOUT, _STDERR = 1, 2
_EARLY_SECONDS = 0.5
_NO_MEMORY = "Cannot allocate memory"


class Decoder(asyncio.SubprocessProtocol):
    """Decodes one source to mono PCM. `start` it, `read` it, `stop` it.

    `where` is the masked name used in error sentences. At most some `capacity_seconds` of
    sound are held; of a source that `is_live` a little is left with the decoder.
    `options` say which channel to take and what tags are written in. `copy` is given the
    sound as it came.
    """

    def __init__(  # noqa: PLR0913 - each is one plain fact of the process
        self,
        source: DecoderInput,
        audio_format: AudioFormat,
        where: str,
        *,
        capacity_seconds: float,
        is_live: bool = False,
        stall_seconds: float = STALL_SECONDS,
        options: SourceOptions | None = None,
        now: Callable[[], float] = time.monotonic,
        copy: SoundCopy | None = None,
    ) -> None:
        self._copy = copy
        self._source = source
        self._format = audio_format
        self._where = where
        self._stall_seconds = stall_seconds
        self._now = now
        self._is_live = is_live
        self._rest = PipeRest(audio_format, capacity_seconds, is_live=is_live)
        self._options = options or SourceOptions()
        self._log = DecoderLog(self._options.title_charset)
        self._program = "ffmpeg"
        self._sound = MonoSound(where, audio_format.rate, self._options.channel)
        self._problem: SourceError | None = None
        self._stopped = False
        self._was_killed = False
        self._transport: asyncio.SubprocessTransport | None = None
        self._signs_of_life = asyncio.Event()
        self._exited = asyncio.Event()
        self._silent = asyncio.Event()
        self._closed = asyncio.Event()
        self._data_wanted = 0
        self._data_waiter: asyncio.Future[None] | None = None
        self._rests_since: float | None = None
        self._ended = False
        self._last_data_at = now()
        self.received_bytes = 0
        self.first_error_seconds: float | None = None
        """How much sound had come when the first error line came; None: no error."""
        self.new_track_seconds: float | None = None
        """How much sound had come when another sound track began; None: none did."""
        self.damage = Damage(where, is_live=is_live)

    @property
    def pid(self) -> int:
        """The process id; valid after `start`."""
        return self._transport.get_pid() or 0 if self._transport else 0

    @property
    def facts(self) -> DecoderFacts:
        """Title, codec and duration as far as they are known."""
        return self._log.facts

    @property
    def errors(self) -> tuple[str, ...]:
        """The decoder's distinct error lines, harmless and masked."""
        return self._log.errors

    @property
    def buffered_bytes(self) -> int:
        """PCM that was decoded and not read yet."""
        return self._sound.held_bytes

    @property
    def notice(self) -> str | None:
        """A notice about the choice of channels, None for nothing to say."""
        return self._sound.notice

    @property
    def time_notice(self) -> str | None:
        """A notice about its timestamps, None for nothing to say."""
        moved = self._log.moved_seconds if self._source.fill_holes else 0.0
        return early_by(moved) if moved > _EARLY_SECONDS else None

    @property
    def breaks_off(self) -> bool:
        """Whether it gave up before the end of the source; valid after `wait_exit`."""
        return self._log.breaks_off

    @property
    def packet_bytes(self) -> int | None:
        """Bytes of compressed sound that it had read at its end, None if its log has no figure."""
        return self._log.packet_bytes

    @property
    def problem(self) -> SourceError | None:
        """What went wrong with the decoder itself; valid after `wait_exit`.

        None: it did its work; its complaints about the source are in `errors`.
        """
        if self._problem is not None:
            return self._problem
        code = self._transport.get_returncode() if self._transport else None
        if self._was_killed or code in (None, 0):
            return None
        if any(_NO_MEMORY in line for line in self.errors):
            return failures.decoder_too_large(self._where, MEMORY_MEGABYTES)
        if code is not None and code < 0:
            return failures.broken_decoder(self._program, f"it was ended by {_signal_name(-code)}")
        if self._log.is_understood:
            return None
        said = f": {self._log.last_line}" if self._log.last_line else ""
        return failures.broken_decoder(self._program, f"it ended with status {code}{said}")

    async def start(self) -> None:
        """Run the process. Raises SourceError when there is no decoder or it cannot run."""
        self._program = find_decoder()
        stdin = asyncio.subprocess.DEVNULL if self._source.stdin is None else self._source.stdin
        loop = asyncio.get_running_loop()
        async with start_slot(loop), copying(self._copy) as (copy_to, passed):
            argv = command(self._program, self._source, self._format, copy_to)
            try:
                await loop.subprocess_exec(
                    lambda: self,
                    *argv,
                    stdin=stdin,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.PIPE,
                    start_new_session=True,
                    pipesize=first_pipe_bytes(self._format),
                    env=environment(self._source.variables),
                    pass_fds=passed,
                )
            except OSError as error:
                raise not_started(self._program, error, self._where) from error
            except ValueError as error:  # a NUL among its arguments
                raise failures.bad_address(self._where) from error
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STARTING_SECONDS):
                    await self._signs_of_life.wait()
        self._last_data_at = self._now()

    async def read(self, size: int) -> bytes:
        """Exactly `size` bytes of PCM; fewer at the end. Raises SourceError on a stall."""
        await self.wait_for(size)
        pcm = self._sound.take(size)
        self._rest.taken(len(pcm))
        self._rest_or_not()
        return pcm

    async def wait_for(self, size: int) -> None:
        """Return when `size` bytes are buffered or the sound has ended. Raises SourceError."""
        while self._sound.held_bytes < size and not self._ended and self._problem is None:
            has_changed = self._is_live and self.new_track_seconds is not None
            patience = UNDECODABLE_SECONDS if has_changed else self._stall_seconds
            left = patience - (self._now() - self._last_data_at)
            if left <= 0 and has_changed:
                raise failures.sound_kind_changed(self._where)
            if left <= 0:
                raise failures.stalled(self._where, self._stall_seconds)
            self._data_wanted = size
            self._data_waiter = asyncio.get_running_loop().create_future()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._data_waiter
            self._data_waiter = None

    async def wait_exit(self, seconds: float = LAST_WORDS_SECONDS) -> None:
        """After the end of the sound: let the process finish, so that `errors` is whole.

        The event loop may report the exit before it has read the last output.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._exited.wait()
                await self._silent.wait()

    async def stop(self) -> None:
        """End the process whatever it is doing and close its pipes. Never raises."""
        transport = self._transport
        if transport is None or self._stopped:
            return
        self._stopped = True
        try:
            # Killing or polling a process that is about to exit by itself makes asyncio
            # 3.11 reap it twice and complain on stderr: give it its moment first, and
            # close only after the exit.
            if self._ended:
                await self.wait_exit(EXIT_SECONDS)
        finally:
            if not self._exited.is_set():
                self._was_killed = True
                with contextlib.suppress(ProcessLookupError):
                    transport.kill()
            try:
                await self.wait_exit(EXIT_SECONDS)
            finally:
                transport.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EXIT_SECONDS):
                await self._closed.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The event loop has started the process."""
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport
        bound_memory(transport.get_pid())
        read_little(transport.get_pipe_transport(_STDOUT))
        read_little(transport.get_pipe_transport(_STDERR))

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """The event loop brings bytes of stdout or stderr."""
        self._signs_of_life.set()
        if fd == _STDERR:
            self._log.feed(data)
            self._mix(b"")
            self._look_at_errors()
            return
        self.received_bytes += len(data)
        self._last_data_at = self._now()
        self._mix(data)
        if self.damage.count:
            self.damage.went_on(self._received_seconds)
        self._rest_or_not()
        if self._sound.held_bytes >= self._data_wanted:
            self._wake()

    def _look_at_errors(self) -> None:
        if not self._log.errors:
            return
        if self.first_error_seconds is None:
            self.first_error_seconds = self._received_seconds
        if self._log.new_tracks and self.new_track_seconds is None:
            self.new_track_seconds = self._decoded_seconds
        if self._log.damages == self.damage.count:
            return
        self.damage.add(self._log.damages, self._decoded_seconds)
        silent = self._now() - self._last_data_at > UNDECODABLE_SECONDS
        if silent and self._is_live and self._rests_since is None and self.received_bytes:
            self._problem = failures.sound_kind_changed(self._where)
            self._wake()

    @property
    def _received_seconds(self) -> float:
        return self._seconds_in(self.received_bytes)

    @property
    def _decoded_seconds(self) -> float:
        """Seconds that the decoder has put out: those received and those that wait in the pipe."""
        pipe = self._pipe(_STDOUT)
        waiting = waiting_bytes(pipe.get_extra_info("pipe")) if pipe is not None else 0
        return self._seconds_in(self.received_bytes + waiting)

    def _seconds_in(self, size: int) -> float:
        return self._format.seconds(size // (SAMPLE_BYTES * (self._log.channels or 1)))

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Called when a pipe has ended."""
        if fd == _STDOUT:
            self._mix(b"", final=True)
            self._ended = True
            self._wake()
        elif fd == _STDERR:
            self._silent.set()

    def process_exited(self) -> None:
        """Called when the process has exited."""
        self._signs_of_life.set()
        self._exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """Called when the process has exited and all pipes are closed."""
        self._ended = True
        self._wake()
        self._closed.set()

    def _wake(self) -> None:
        if self._data_waiter and not self._data_waiter.done():
            self._data_waiter.set_result(None)

    def _mix(self, data: bytes, *, final: bool = False) -> None:
        """Mix the bytes to mono. The decoder logs the number of channels before the first bytes."""
        channels = self._log.channels
        if not self._sound.is_begun and channels is not None and self._problem is None:
            self._problem = self._sound.begin(channels)
            if self._problem is not None:
                self._ended = True
                self._wake()
            elif channels > 1:
                self._narrow(channels)
        self._sound.add(data, final=final)

    def _narrow(self, channels: int) -> None:
        if (pipe := self._pipe(_STDOUT)) is not None:
            narrow(pipe.get_extra_info("pipe"), self._format, channels)

    def _rest_or_not(self) -> None:
        """Stop or resume reading the pipe; the stall timer stands still while it is not read."""
        rests = self._rest.rests(self._sound.held_bytes)
        if rests == (self._rests_since is not None) or (pipe := self._pipe(_STDOUT)) is None:
            return
        if self._rests_since is None:
            self._rests_since = self._now()
            pipe.pause_reading()
        else:
            self._last_data_at += self._now() - self._rests_since
            self._rests_since = None
            pipe.resume_reading()

    def _pipe(self, fd: int) -> asyncio.ReadTransport | None:
        pipe = self._transport.get_pipe_transport(fd) if self._transport else None
        return pipe if isinstance(pipe, asyncio.ReadTransport) else None


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
