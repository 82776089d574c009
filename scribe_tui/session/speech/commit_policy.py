"""CommitPolicy: when this program asks for a commit by itself. Counts samples, has no clock."""

from __future__ import annotations

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import CommitReason
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SpeechSettings


class CommitPolicy:
    """Tells when a commit is due, from the audio sent and the text that came back.

    With a number of seconds: that often. Under VAD: when an open segment has gone on for
    `Timing.longest_segment` without a pause. Under manual: never; the user asks, and the
    service commits by itself after about 36 s (official guide).
    """

    def __init__(self, speech: SpeechSettings, audio_format: AudioFormat, timing: Timing) -> None:
        self._interval = speech.commit_seconds
        self._vad = speech.uses_vad
        self._format = audio_format
        self._longest = timing.longest_segment
        self._samples = 0
        self._text_open = False

    def sent(self, samples: int) -> None:
        """Sound went out."""
        self._samples += samples

    def partial(self, text: str) -> None:
        """The open segment's text changed; an empty one means no segment is open."""
        if text and not self._text_open and self._vad:
            self._samples = 0
        self._text_open = bool(text)

    def asked(self) -> None:
        """A commit was asked for: count from zero."""
        self._samples = 0
        self._text_open = False

    def closed(self) -> None:
        """A segment was closed, asked for or not.

        The rhythm of a number of seconds goes from one asking to the next: the answer, which
        comes some time later, does not hold it up.
        """
        if self._interval is None:
            self.asked()

    def due(self) -> CommitReason | None:
        """Why a commit should go out now, or None."""
        seconds = self._format.seconds(self._samples)
        if self._interval is not None and seconds >= self._interval:
            return CommitReason.INTERVAL
        if self._vad and self._text_open and seconds >= self._longest:
            return CommitReason.LONG_SEGMENT
        return None
