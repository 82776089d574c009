"""Sender: sound and commits of one session out over one connection."""

from __future__ import annotations

import asyncio

from scribe_tui.errors import SpeechError
from scribe_tui.events import CommitReason
from scribe_tui.scribe.connection import Connection
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.buffer.replay_buffer import Piece
from scribe_tui.session.context import Run
from scribe_tui.session.speech.commit_policy import CommitPolicy
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline

PREVIOUS_TEXT_CHARS = 50
"""`previous_text` is best short, under about this many characters (official guide)."""
HURRIED_SECONDS = 5.0
"""The service is done with sound sent at four times its pace some 4.6 s later (reported)."""


class CommitRequests:
    """What the user asked for, kept until a connection can carry it out."""

    def __init__(self, heard: AudioBuffer) -> None:
        self._heard = heard
        self._asked = False
        self._positions: list[int] = []

    def add(self) -> None:
        """Ask for a commit; asked twice before it went out, it goes out once."""
        self._asked = True
        self._heard.changed.set()

    def add_again(self, positions: list[int]) -> None:
        """Ask once more, at the same places, for what a lost connection did not answer."""
        self._positions = sorted({*self._positions, *positions})

    def take(self, sent: int) -> bool:
        """Whether a commit is asked for now that everything before `sent` is sent."""
        asked, self._asked = self._asked, False
        while self._positions and self._positions[0] <= sent:
            asked = True
            del self._positions[0]
        return asked


class Sender:
    """Sends until the source is over, or another takes over, and the last commit went out."""

    def __init__(
        self,
        run: Run,
        connection: Connection,
        books: ConnectionTimeline,
        policy: CommitPolicy,
        requests: CommitRequests,
    ) -> None:
        self._connection = connection
        self._books = books
        self._heard = run.heard
        self._board = run.board
        self._policy = policy
        self._requests = requests
        self._timing = run.timing
        self._format = run.format
        self._vad_may_have_committed = run.speech.uses_vad
        self._catch_up = run.catch_up
        self._is_first = True
        self._behind_at: int | None = None
        self._silent = False
        self._pulse: asyncio.TimerHandle | None = None
        self._asked_at = 0.0
        self._catch_up_from = run.format.samples(run.timing.catch_up_from)
        self._stop_at: int | None = None
        self._padding = run.format.samples(run.timing.commit_padding)

    def stop_here(self) -> int:
        """Send no more sound, only the last commit; returns the position sent up to."""
        self._stop_at = self._books.sent
        self._heard.changed.set()
        return self._stop_at

    async def run(self) -> None:
        """Send all there is and will be, then commit. Raises SpeechError."""
        self._listen_for_silence()
        try:
            while not self._is_over():
                await self._step()
            await self._commit(CommitReason.END)
        except SpeechError:
            # The receiver is about to read why the service hung up; its reason is the better
            # one ("wrong key" rather than "connection lost").
            await asyncio.sleep(self._timing.after_send_failure)
            raise
        finally:
            if self._pulse is not None:
                self._pulse.cancel()

    def _is_over(self) -> bool:
        if self._stop_at is not None:
            return True
        return self._heard.closed and self._heard.piece_at(self._books.sent) is None

    async def _step(self) -> None:
        self._heard.changed.clear()
        if (reason := self._commit_reason()) is not None:
            await self._commit(reason)
        elif (piece := self._heard.piece_at(self._books.sent)) is not None:
            await self._send(piece)
        elif self._silent:
            await self._send_silence(self._format.samples(self._timing.keepalive_silence))
        else:
            await self._heard.changed.wait()

    @property
    def was_hurried(self) -> bool:
        """Whether the latest sound went out faster than real time: its text comes late."""
        if self._behind_at is None:
            return False
        return self._books.samples - self._behind_at < self._format.samples(HURRIED_SECONDS)

    @property
    def waits_since(self) -> float | None:
        """Since when, on the loop's clock, a commit waits for its answer; None: none does."""
        return self._asked_at if self._books.pending_commits else None

    @property
    def _is_behind(self) -> bool:
        return self._heard.ledger.heard - self._books.sent > self._catch_up_from

    def _commit_reason(self) -> CommitReason | None:
        if self._requests.take(self._books.sent):
            return CommitReason.USER
        return None if self._books.pending_commits else self._policy.due()

    async def _send(self, piece: Piece) -> None:
        """Booked before it is sent: an answer, or the next talk, may come while it goes out."""
        self._books.send(piece.position, piece.samples)
        self._policy.sent(piece.samples)
        await self._send_pcm(piece.pcm)
        self._heard.sent(self._books.sent)
        if self._is_behind:
            self._behind_at = self._books.samples
            speed = self._catch_up.speed(asyncio.get_running_loop().time())
            await asyncio.sleep(self._format.seconds(piece.samples) / speed)

    def _listen_for_silence(self, sent: int | None = None) -> None:
        """Wake the sender if no more than `sent` samples went out since the last look.

        A source that pauses is kept alive with a little silence.
        """
        self._pulse = asyncio.get_running_loop().call_later(
            self._timing.keepalive_after, self._listen_for_silence, self._books.samples
        )
        if self._books.samples == sent:
            self._silent = True
            self._heard.changed.set()

    async def _commit(self, reason: CommitReason) -> None:
        if self._vad_may_have_committed or self._books.since_commit < self._padding:
            await self._send_silence(self._padding)
        if not self._books.pending_commits:
            self._asked_at = asyncio.get_running_loop().time()
        self._books.request_commit(reason)
        await self._connection.commit()
        self._policy.asked()
        self._board.commit_requested(reason)

    async def _send_silence(self, samples: int) -> None:
        self._books.send_silence(samples)
        await self._send_pcm(self._format.silence(samples))

    async def _send_pcm(self, pcm: bytes) -> None:
        self._silent = False
        previous_text = ending(self._board.last_text) if self._is_first else None
        self._is_first = False
        await self._connection.send_audio(self._format.to_wire(pcm), previous_text=previous_text)


def ending(text: str) -> str | None:
    """The last whole words of `text` as `previous_text`, None if there are none."""
    tail = text[-PREVIOUS_TEXT_CHARS:]
    if len(text) > len(tail) and not text[-len(tail) - 1].isspace():
        tail = tail.partition(" ")[2] or tail
    return tail.strip() or None
