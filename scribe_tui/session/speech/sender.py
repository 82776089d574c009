"""Sender: sends the sound and commits of one session over one connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from scribe_tui.audio.format import SAMPLE_BYTES
from scribe_tui.errors import SpeechError
from scribe_tui.events import CommitReason
from scribe_tui.scribe.connection import Connection
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.buffer.replay_buffer import KeptChunk
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.catch_up import CatchUp
from scribe_tui.session.speech.commit_policy import CommitPolicy, vad_seconds
from scribe_tui.session.speech.commit_requests import CommitRequests
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline
from scribe_tui.session.speech.ending import Uncommitted
from scribe_tui.session.speech.progress import Care
from scribe_tui.session.speech.publisher import SegmentPublisher
from scribe_tui.session.status.status import SessionStatus

HURRIED_SECONDS = 5.0
"""Until this many seconds of sound were sent after a backlog, text is expected late: for sound sent
at four times real time it comes 4.6 s late (reported)."""

_SILENCE_CHUNK_SECONDS = 0.5


class Sender:
    """Sends until the source is over or a rollover begins, and commits on the way.

    `care`: how to pass a position at which connections failed; None if there is none.
    """

    def __init__(  # noqa: PLR0913 - each part it works with, by name
        self,
        config: RunConfig,
        connection: Connection,
        buffer: AudioBuffer,
        timeline: ConnectionTimeline,
        *,
        policy: CommitPolicy,
        requests: CommitRequests,
        catch_up: CatchUp,
        care: Care | None,
        publisher: SegmentPublisher,
        status: SessionStatus,
    ) -> None:
        self._connection = connection
        self._timeline = timeline
        self._buffer = buffer
        self._publisher = publisher
        self._status = status
        self._policy = policy
        self._requests = requests
        self._timing = config.timing
        self._format = config.format
        self._vad_seconds = vad_seconds(config.speech)
        self._care = care
        self._catch_up = catch_up
        self._is_first = True
        self._behind_at: int | None = None
        self._silent = False
        self._silence_check: asyncio.TimerHandle | None = None
        self._asked_at = 0.0
        self._awaits_answer = False
        self._slowest_answer = 0.0
        self._catch_up_from = config.format.samples(config.timing.catch_up_from)
        self._stop_at: int | None = None

    def stop_here(self) -> int:
        """Send no more sound, only the last commit; returns the position sent up to."""
        self._stop_at = self._timeline.sent
        self._buffer.changed.set()
        return self._stop_at

    async def run(self) -> None:
        """Send the sound in the buffer and all that follows it. Raises SpeechError."""
        self._watch_for_silence()
        try:
            async with self._reason_first():
                while not self._is_over():
                    await self._step()
        finally:
            if self._silence_check is not None:
                self._silence_check.cancel()

    async def commit_last(self, padding_seconds: float) -> None:
        """Send `padding_seconds` of silence, then the last commit. Raises SpeechError."""
        async with self._reason_first():
            await self._commit(CommitReason.END, padding_seconds)

    async def keep_alive(self) -> None:
        """Send a little silence now and then while the last text is awaited, until cancelled.

        Without messages the service would close the connection. Raises SpeechError.
        """
        while True:
            await asyncio.sleep(self._timing.keepalive_after)
            async with self._reason_first():
                await self._send_silence(self._format.samples(self._timing.keepalive_silence))

    @property
    def uncommitted(self) -> Uncommitted:
        """How much of the sound sent the service can still have uncommitted."""
        seconds, timeline = self._format.seconds, self._timeline
        return Uncommitted(
            at_least=seconds(timeline.since_commit),
            at_most=seconds(timeline.samples - timeline.committed_samples),
            vad_seconds=self._vad_seconds,
            least_padding=self._timing.commit_padding,
        )

    @asynccontextmanager
    async def _reason_first(self) -> AsyncIterator[None]:
        """After a failure to send, wait for the receiver before raising the error again.

        The receiver is about to read why the service closed the connection, which is the better
        reason ("wrong key" rather than "connection lost").
        """
        try:
            yield
        except SpeechError:
            await asyncio.sleep(self._timing.after_send_failure)
            raise

    def _is_over(self) -> bool:
        if self._stop_at is not None:
            return True
        return self._buffer.closed and self._buffer.chunk_at(self._timeline.sent) is None

    async def _step(self) -> None:
        self._buffer.changed.clear()
        if self._awaits_answer:
            self._note_answer()
        if self._care is not None and self._care.is_due(self._timeline.sent):
            await self._commit_with_care()
        elif (reason := self._commit_reason()) is not None:
            await self._commit(reason, self._padding_seconds(reason))
        elif (chunk := self._buffer.chunk_at(self._timeline.sent)) is not None:
            await self._send(chunk)
        elif self._silent:
            await self._send_silence(self._format.samples(self._timing.keepalive_silence))
        else:
            await self._buffer.changed.wait()

    @property
    def was_hurried(self) -> bool:
        """Whether recent sound was sent faster than real time, so that its text comes late."""
        if self._behind_at is None:
            return False
        return self._timeline.samples - self._behind_at < self._format.samples(HURRIED_SECONDS)

    @property
    def waits_since(self) -> float | None:
        """The loop's time at which the oldest unanswered commit was sent; None if there is none."""
        return self._asked_at if self._timeline.pending_commits else None

    @property
    def slowest_answer(self) -> float:
        """Seconds that the slowest answer to a commit took, one that is still awaited included."""
        since = self.waits_since
        if since is None:
            return self._slowest_answer
        return max(self._slowest_answer, asyncio.get_running_loop().time() - since)

    @property
    def _is_behind(self) -> bool:
        return self._buffer.timeline.heard - self._timeline.sent > self._catch_up_from

    def _commit_reason(self) -> CommitReason | None:
        if self._requests.take(self._timeline.sent):
            return CommitReason.USER
        if self._timeline.pending_commits:
            return None
        return self._policy.due(self._timeline.since_commit)

    def _padding_seconds(self, reason: CommitReason) -> float:
        """Seconds of silence to send before a commit.

        Less for a long segment, which the VAD is not about to end.
        """
        if reason is CommitReason.LONG_SEGMENT:
            return self._timing.commit_padding
        return self.uncommitted.padding_seconds

    async def _send(self, chunk: KeptChunk) -> None:
        """Send a chunk. It is counted before, as an answer or rollover may come during sending."""
        self._timeline.send(chunk.position, chunk.samples, is_pause=chunk.is_pause)
        self._policy.sent(chunk.samples)
        await self._send_pcm(chunk.pcm)
        self._buffer.sent(self._timeline.sent)
        if self._care is not None and self._care.is_slow(self._timeline.sent):
            await asyncio.sleep(self._format.seconds(chunk.samples))
        elif self._is_behind:
            self._behind_at = self._timeline.samples
            speed = self._catch_up.speed(asyncio.get_running_loop().time())
            await asyncio.sleep(self._format.seconds(chunk.samples) / speed)

    def _watch_for_silence(self, sent: int | None = None) -> None:
        """Wake the sender if nothing was sent since the last check (`sent`: the count then).

        A source that pauses is kept alive with a little silence.
        """
        self._silence_check = asyncio.get_running_loop().call_later(
            self._timing.keepalive_after, self._watch_for_silence, self._timeline.samples
        )
        if self._timeline.samples == sent:
            self._silent = True
            self._buffer.changed.set()

    def _note_answer(self) -> None:
        if not self._timeline.pending_commits:
            self._awaits_answer = False
            took = asyncio.get_running_loop().time() - self._asked_at
            self._slowest_answer = max(self._slowest_answer, took)

    async def _commit_with_care(self) -> None:
        """Commit before the position where connections failed; send nothing until the answer."""
        await self._commit(CommitReason.LONG_SEGMENT, self.uncommitted.padding_seconds)
        with suppress(TimeoutError):
            async with asyncio.timeout(self._timing.last_text):
                while self._timeline.pending_commits:
                    self._buffer.changed.clear()
                    await self._buffer.changed.wait()

    async def _commit(self, reason: CommitReason, padding_seconds: float) -> None:
        left = self._format.samples(padding_seconds)
        while left > 0:
            samples = min(left, self._format.samples(_SILENCE_CHUNK_SECONDS))
            await self._send_silence(samples)
            left -= samples
        if not self._timeline.pending_commits:
            self._asked_at = asyncio.get_running_loop().time()
            self._awaits_answer = True
        self._timeline.request_commit(reason)
        await self._connection.commit()
        self._policy.asked()
        self._status.commit_requested(reason)

    async def _send_silence(self, samples: int) -> None:
        self._timeline.send_silence(samples)
        await self._send_pcm(self._format.silence(samples))

    async def _send_pcm(self, pcm: bytes) -> None:
        self._timeline.lateness.sent(self._timeline.samples, asyncio.get_running_loop().time())
        self._silent = False
        previous_text = self._publisher.previous_text if self._is_first else None
        self._is_first = False
        await self._connection.send_audio(self._format.to_wire(pcm), previous_text=previous_text)
        self._status.billed(self._format.seconds(len(pcm) // SAMPLE_BYTES))
