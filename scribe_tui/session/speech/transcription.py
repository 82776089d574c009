"""Transcription: publishes one connection's partials and segments, with times in source time."""

from __future__ import annotations

import asyncio
import math

from scribe_tui.events import CommittedSegment, Word
from scribe_tui.scribe.messages import Committed, CommittedWithTimestamps, Partial
from scribe_tui.scribe.segments import AssembledSegment, SegmentAssembler
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.annotations import Annotation, Annotations
from scribe_tui.session.speech.commit_policy import SERVICE_VAD_SILENCE_SECONDS, CommitPolicy
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline
from scribe_tui.session.speech.ending import OWN_CEILING_SECONDS, View
from scribe_tui.session.speech.publisher import SegmentPublisher
from scribe_tui.session.speech.word_times import Fit, WordTimes, least_seconds
from scribe_tui.session.status.status import SessionStatus

_NOTICES = {
    Fit.SHIFTED: "the service's word times run ahead of the sound: they are moved back",
    Fit.REPLACED: "the service sent word times that cannot be: those of arrival are taken",
}
_MAY_BE_REPEAT = (
    "the service answered two commits with the same text: both are kept, one may be a repeat"
)
_PLACE_UNKNOWN = (
    "the connection ended, and the service had not told where its latest text ends in the sound: "
    "what is sent again may bring a few words twice"
)
_REPEAT_SECONDS = 0.3
"""Two segments are at least this many seconds of sound apart: the service refuses a commit of less
(reported)."""


class Transcription:
    """Pairs the two messages of a segment, finds its place in the sound, and publishes it.

    Between `hold` and `release` nothing is settled or published: after a rollover the new
    connection must not overtake the last words of the one before it.
    """

    def __init__(  # noqa: PLR0913 - each part it works with, by name
        self,
        config: RunConfig,
        buffer: AudioBuffer,
        timeline: ConnectionTimeline,
        *,
        policy: CommitPolicy,
        publisher: SegmentPublisher,
        status: SessionStatus,
    ) -> None:
        self._config = config
        self._buffer = buffer
        self._timeline = timeline
        self._publisher = publisher
        self._status = status
        self._policy = policy
        self._settled_after = config.format.samples(config.timing.settled_after)
        self._assembler = SegmentAssembler(
            expects_timed=config.speech.timestamps or config.speech.language_detection,
            wait_seconds=config.timing.words_wait,
            repeat_samples=config.format.samples(_REPEAT_SECONDS),
            rate=config.format.rate,
            had_speech=self._had_speech,
        )
        self._expiry: asyncio.TimerHandle | None = None
        self._held: list[Partial | AssembledSegment] | None = None
        self._textless_from = 0
        self._annotations = Annotations(status.annotations)
        self._word_times = WordTimes()
        self._vad_silence = config.speech.vad_silence_threshold_secs or SERVICE_VAD_SILENCE_SECONDS
        self._any_text = False
        self.text_open = False
        self.text_came = False
        """Whether this connection ever gave text."""
        self.answered = asyncio.Event()
        """Set at each committed segment, empty ones included."""
        self.said = asyncio.Event()
        """Set at each committed segment and each partial that is new."""

    def hold(self) -> None:
        """Keep all results back until `release`."""
        self._held = []

    def release(self) -> None:
        """Publish what was kept back; from now on publish at once."""
        held, self._held = self._held or [], None
        self._show(held)

    def receive(self, message: Partial | Committed | CommittedWithTimestamps) -> None:
        """Take a message of the service."""
        loop = asyncio.get_running_loop()
        if message.text and not self._any_text:
            self._any_text = True
            self._timeline.lateness.first_text(self._timeline.first_speech, loop.time())
        pending = self._timeline.pending_commits
        self._show(
            self._assembler.feed(
                message,
                loop.time(),
                self._timeline.samples,
                commit_pending=pending > 0 and self._is_answer_due(message.text),
                is_answer=pending == 1 and self._only_answers_come,
                is_unasked=not isinstance(message, Partial) and self._is_nothing_due(loop.time()),
            )
        )
        if isinstance(message, Committed) and self.waits_for_words and self._held is None:
            self._status.partial_changed(message.text)
        self._wait_for_words(loop)
        if self._held is None:
            self._settle_wordless()

    def delayed(self) -> None:
        """The service warns that it is late: sound without text up to now is no sign of a fault."""
        self._textless_from = self._timeline.sent
        self._buffer.voice_activity.text_received()
        self.said.set()

    def annotate(self, annotation: Annotation) -> None:
        """Take a redaction, an edit or entities; published with its segment, not before it."""
        self._annotations.receive(annotation)

    def _is_answer_due(self, text: str) -> bool:
        """Whether a message with `text` may be the answer to a requested commit.

        That is so if a request is unanswered and enough speech preceded it to say `text`. Without
        VAD, each plain segment that waits for its words answers one request; under VAD it may be a
        segment that the service committed by itself.
        """
        waiting = 0 if self._config.speech.uses_vad else self._assembler.plain_waiting
        if self._timeline.pending_commits <= waiting:
            return False
        return self._timeline.speech_before_answer(waiting) >= least_seconds(text)

    def _is_nothing_due(self, now: float) -> bool:
        """Whether no committed segment is due: no answer to a request, and none of the service.

        Requests that the service cannot have received yet do not count. Without VAD the service
        commits by itself only at its ceiling; under VAD it may always, so the result is False.
        """
        timeline = self._timeline
        if self._config.speech.uses_vad:
            return False
        if timeline.commits_heard(now) > self._assembler.plain_waiting:
            return False
        textless = timeline.samples - timeline.committed_samples
        return textless < self._config.format.samples(OWN_CEILING_SECONDS[0])

    @property
    def _only_answers_come(self) -> bool:
        """Whether the service cannot have committed by itself since the latest segment."""
        if not self._config.speech.uses_vad:
            return True
        textless = self._timeline.samples - self._timeline.committed_samples
        return textless < self._config.format.samples(self._vad_silence)

    @property
    def view(self) -> View:
        """What is known about this connection's text; `grace` is not filled in."""
        return View(
            pending=self._timeline.pending_commits,
            text_open=self.text_open,
            waits_for_words=self.waits_for_words,
            committed=self._timeline.has_committed,
            may_hold_speech=self._timeline.may_hold_speech(),
            lateness=self._timeline.lateness.seconds,
        )

    def freeze(self) -> None:
        """No more messages will come: a segment that waits for its words is kept until `end`."""
        self._stop_waiting()

    def end(self, *, replay: bool) -> None:
        """The connection is over; `replay`: its unsettled sound will be sent again.

        With `replay`, a segment that still waits for its words is dropped, because without words
        its place in the sound is unknown; the next connection brings it again. Otherwise it is
        published without words. Results that `hold` keeps back are dropped in both cases.
        """
        self._stop_waiting()
        if replay and self._timeline.is_placed_by_arrival:
            self._publisher.note_once(_PLACE_UNKNOWN)
        if not replay and self._held is None:
            self._show(self._assembler.expire(math.inf))

    def settle(self) -> None:
        """Release the sound that this connection has committed, unless segments are held back."""
        if self._held is None:
            self._buffer.settle(self._timeline.committed)

    @property
    def waits_for_words(self) -> bool:
        """Whether a committed segment still waits for its second message."""
        return self._assembler.deadline is not None

    def _had_speech(self, after: float, until: int, commit_pending: bool) -> bool:
        """Whether, by the sound sent, a further segment can have ended before sample `until`.

        For `SegmentAssembler`, which describes the arguments.
        """
        if commit_pending:
            return self._timeline.has_segment(after, until, pause_seconds=None)
        if not self._config.speech.uses_vad:
            return False
        return self._timeline.has_segment(after, until, pause_seconds=self._vad_silence)

    def _wait_for_words(self, loop: asyncio.AbstractEventLoop) -> None:
        deadline = self._assembler.deadline
        if self._expiry is not None:
            self._stop_waiting()
        if deadline is not None:
            self._expiry = loop.call_at(deadline, self._words_late, loop)

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
            self._buffer.voice_activity.text_received()
        self._policy.partial(text)
        self._status.partial_changed(text)

    def _settle_wordless(self) -> None:
        """Settle all but the latest `Timing.settled_after` seconds of sound without text.

        Checked at every message, repeats included: a service that sends messages is alive.
        """
        if self.text_open:
            self._textless_from = self._timeline.sent
            return
        self._textless_from = max(self._textless_from, self._timeline.committed)
        if self._timeline.sent - self._textless_from > self._settled_after:
            self._timeline.settle(self._timeline.sent - self._settled_after)
            self.settle()

    def _commit(self, assembled: AssembledSegment) -> None:
        timed, fit = self._fitted(assembled)
        words = tuple(self._in_source_time(word) for word in timed)
        # Replaced times only label the words. They do not tell where the segment ended, only how
        # long it was at least.
        is_known = timed and fit is not Fit.REPLACED
        length = timed[-1].end_seconds - timed[0].start_seconds if timed else 0.0
        start, end = self._timeline.commit(
            timed[-1].end_seconds if is_known else None,
            words_seconds=length,
            received_at=assembled.sent_samples,
            vad_silence=self._vad_silence,
            now=assembled.received_at,
        )
        if assembled.may_be_repeat:
            self._publisher.note_once(_MAY_BE_REPEAT)
        self._policy.closed()
        self.text_open = False
        self._textless_from = self._timeline.sent
        if assembled.text:
            self.text_came = True
            self._buffer.voice_activity.text_received()
            self._publish(assembled, words, start, end)
        else:
            self._status.partial_changed("")
        self.settle()
        self.answered.set()
        self._buffer.changed.set()

    def _fitted(self, assembled: AssembledSegment) -> tuple[tuple[Word, ...], Fit]:
        """The words with plausible times; the first correction of each kind is reported."""
        received_at = assembled.sent_samples
        words, fit = self._word_times.fit(
            assembled.words,
            begins=self._config.format.seconds(self._timeline.committed_samples),
            ends=self._timeline.words_end_before(received_at, self._vad_silence),
        )
        if fit is not Fit.AS_GIVEN:
            self._publisher.note_once(_NOTICES[fit])
        return words, fit

    def _publish(
        self, assembled: AssembledSegment, words: tuple[Word, ...], start: int, end: int
    ) -> None:
        sound = self._buffer.timeline
        start_seconds = words[0].start_seconds if words else sound.seconds(start)
        first = self._config.format.samples(start_seconds)
        number = self._publisher.next_number()
        self._publisher.publish(
            CommittedSegment(
                number=number,
                text=assembled.text,
                started_at=sound.wall_clock(first),
                start_seconds=start_seconds,
                end_seconds=words[-1].end_seconds if words else sound.seconds(end),
                words=words,
                language=assembled.language,
            )
        )
        self._annotations.published(number, assembled.text)

    def _in_source_time(self, word: Word) -> Word:
        sound = self._buffer.timeline
        return Word(
            text=word.text,
            start_seconds=sound.seconds(self._timeline.position_at(word.start_seconds)),
            end_seconds=sound.seconds(self._timeline.position_at(word.end_seconds)),
            kind=word.kind,
            logprob=word.logprob,
            speaker=word.speaker,
        )
