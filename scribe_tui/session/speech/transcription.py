"""Transcription: one connection's partials and segments, booked and shown in source time."""

from __future__ import annotations

import asyncio
import math

from scribe_tui.events import CommittedSegment, Word
from scribe_tui.scribe.messages import Committed, CommittedWithTimestamps, Partial
from scribe_tui.scribe.segments import AssembledSegment, SegmentAssembler
from scribe_tui.session.context import Run
from scribe_tui.session.speech.commit_policy import CommitPolicy
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline

_SERVICE_VAD_SILENCE_SECONDS = 1.5
"""The service's own default for the pause that ends a segment (API reference)."""
_REPEAT_SECONDS = 0.3
"""No two segments are this close: the service refuses a commit of less sound (reported)."""


class Transcription:
    """Pairs what the service tells twice, books it and shows it on the board.

    While held back nothing is booked or shown: a connection that takes over must not
    overtake the last words of the one before it.
    """

    def __init__(self, run: Run, books: ConnectionTimeline, policy: CommitPolicy) -> None:
        self._run = run
        self._board = run.board
        self._books = books
        self._policy = policy
        self._settled_after = run.format.samples(run.timing.settled_after)
        self._assembler = SegmentAssembler(
            expects_timed=run.speech.timestamps or run.speech.language_detection,
            wait_seconds=run.timing.words_wait,
            repeat_samples=run.format.samples(_REPEAT_SECONDS),
        )
        self._expiry: asyncio.TimerHandle | None = None
        self._held: list[Partial | AssembledSegment] | None = None
        self._textless_from = 0
        self.text_open = False
        self.text_came = False
        """Whether this connection ever gave text."""
        self.answered = asyncio.Event()
        """Set at each committed segment, empty ones included."""
        self.said = asyncio.Event()
        """Set at each news: a committed segment, or a partial not told before."""

    def hold(self) -> None:
        """Keep everything back until `release`."""
        self._held = []

    def release(self) -> None:
        """Book and show what was kept back, and from now on at once."""
        held, self._held = self._held or [], None
        self._show(held)

    def feed(self, message: Partial | Committed | CommittedWithTimestamps) -> None:
        """Take a message of the service."""
        loop = asyncio.get_running_loop()
        self._show(self._assembler.feed(message, loop.time(), self._books.samples))
        if isinstance(message, Committed) and self.waits_for_words and self._held is None:
            self._board.partial(message.text)
        self._wait_for_words(loop)
        if self._held is None:
            self._settle_wordless()

    def freeze(self) -> None:
        """Nothing more will be said: what waits for its words waits for `end`."""
        self._stop_waiting()

    def end(self, *, replay: bool) -> None:
        """The connection is over. With `replay` its unsettled sound will be sent again.

        Then a segment that still waits for its words is dropped, and told anew by the next
        connection: without words nobody knows which sound it stands for. Else it goes on
        without. What is held back is dropped in any case.
        """
        self._stop_waiting()
        if not replay and self._held is None:
            self._show(self._assembler.expire(math.inf))

    def settle(self) -> None:
        """What these books have as committed need not be kept, unless held back."""
        if self._held is None:
            self._run.heard.settle(self._books.committed)

    @property
    def waits_for_words(self) -> bool:
        """Whether committed text still waits for its other message."""
        return self._assembler.deadline is not None

    def _wait_for_words(self, loop: asyncio.AbstractEventLoop) -> None:
        self._stop_waiting()
        if self._assembler.deadline is not None:
            self._expiry = loop.call_at(self._assembler.deadline, self._words_late, loop)

    def _words_late(self, loop: asyncio.AbstractEventLoop) -> None:
        self._show(self._assembler.expire(loop.time()))
        self._wait_for_words(loop)

    def _stop_waiting(self) -> None:
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None

    def _show(self, results: list[Partial | AssembledSegment]) -> None:
        if self._held is not None:
            self._held += results
            return
        if results:
            self.said.set()
        for result in results:
            if isinstance(result, Partial):
                self._partial(result.text)
            else:
                self._commit(result)

    def _partial(self, text: str) -> None:
        self.text_open = bool(text)
        self.text_came |= self.text_open
        if text:
            self._run.heard.judge.text_came()
        self._policy.partial(text)
        self._board.partial(text)

    def _settle_wordless(self) -> None:
        """Sound in which the service found no text for long needs no second hearing.

        To be looked at whenever it says anything, be it the same again: then it is alive.
        """
        if self.text_open:
            self._textless_from = self._books.sent
            return
        self._textless_from = max(self._textless_from, self._books.committed)
        if self._books.sent - self._textless_from > self._settled_after:
            self._books.settle(self._books.sent - self._settled_after)
            self.settle()

    def _commit(self, assembled: AssembledSegment) -> None:
        speech = self._run.speech
        words = tuple(self._in_source_time(word) for word in assembled.words)
        start, end = self._books.commit(
            assembled.words[-1].end_seconds if words else None,
            told_at=assembled.sent_samples,
            vad=speech.uses_vad,
            vad_silence=speech.vad_silence_threshold_secs or _SERVICE_VAD_SILENCE_SECONDS,
        )
        self._policy.closed()
        self.text_open = False
        self._textless_from = self._books.sent
        if assembled.text:
            self.text_came = True
            self._run.heard.judge.text_came()
            self._publish(assembled, words, start, end)
        else:
            self._board.partial("")
        self.settle()
        self.answered.set()

    def _publish(
        self, assembled: AssembledSegment, words: tuple[Word, ...], start: int, end: int
    ) -> None:
        ledger = self._run.heard.ledger
        start_seconds = words[0].start_seconds if words else ledger.seconds(start)
        first = self._run.format.samples(start_seconds)
        self._board.segments += 1
        self._board.committed(
            CommittedSegment(
                number=self._board.segments,
                text=assembled.text,
                started_at=ledger.wall_clock(first),
                start_seconds=start_seconds,
                end_seconds=words[-1].end_seconds if words else ledger.seconds(end),
                words=words,
                language=assembled.language,
            )
        )

    def _in_source_time(self, word: Word) -> Word:
        ledger = self._run.heard.ledger
        return Word(
            text=word.text,
            start_seconds=ledger.seconds(self._books.position_at(word.start_seconds)),
            end_seconds=ledger.seconds(self._books.position_at(word.end_seconds)),
            kind=word.kind,
            logprob=word.logprob,
            speaker=word.speaker,
        )
