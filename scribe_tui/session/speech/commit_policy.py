"""CommitPolicy: when this program requests a commit: at intervals, or in addition to the VAD."""

from __future__ import annotations

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import CommitReason
from scribe_tui.session.speech.ending import OWN_CEILING_SECONDS
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SpeechSettings

SERVICE_VAD_SILENCE_SECONDS = 1.5
"""The service's own default for the pause that ends a segment (API reference)."""


def vad_seconds(speech: SpeechSettings) -> float | None:
    """The silence after which the service commits by itself, None under manual commits."""
    if not speech.uses_vad:
        return None
    return speech.vad_silence_threshold_secs or SERVICE_VAD_SILENCE_SECONDS


class CommitPolicy:
    """Decides when a commit is due, from the audio sent and the text that came back.

    With a number of seconds: at that interval. Under VAD: when an open segment has gone on for
    `Timing.longest_segment` without a pause. Under manual: never; the user requests commits, and
    the service commits by itself after about 36 s (official guide). A commit at an interval that
    is due at about that time is requested before it: afterwards too little is uncommitted.
    """

    def __init__(self, speech: SpeechSettings, audio_format: AudioFormat, timing: Timing) -> None:
        self._interval = speech.commit_seconds
        self._vad = speech.uses_vad
        self._format = audio_format
        self._longest = timing.longest_segment
        self._samples = 0
        self._text_open = False

    def sent(self, samples: int) -> None:
        """Count `samples` as sent."""
        self._samples += samples

    def partial(self, text: str) -> None:
        """The open segment's text changed; an empty one means no segment is open."""
        if text and not self._text_open and self._vad:
            self._samples = 0
        self._text_open = bool(text)

    def asked(self) -> None:
        """A commit was requested: count from zero."""
        self._samples = 0
        self._text_open = False

    def closed(self) -> None:
        """The service committed a segment, requested or not.

        Commits at intervals are counted from request to request: the answer, which comes some time
        later, does not delay the next one.
        """
        if self._interval is None:
            self.asked()

    def due(self, uncommitted: int = 0) -> CommitReason | None:
        """Why a commit should go out now, or None.

        `uncommitted`: samples sent since the latest commit, ours or the service's.
        """
        if self._interval is None and not self._text_open:
            return None
        seconds = self._format.seconds(self._samples)
        if self._interval is not None:
            ceiling, past_it = OWN_CEILING_SECONDS
            is_near = uncommitted >= self._format.samples(ceiling)
            early = past_it - ceiling if is_near else 0.0
            return CommitReason.INTERVAL if seconds >= self._interval - early else None
        if self._vad and seconds >= self._longest:
            return CommitReason.LONG_SEGMENT
        return None
