"""Keeper: keeps the sound of one run of one session, of any kind of source.

A station's sound is copied as it is sent, that of a microphone or pipe is encoded as FLAC, and a
local file is not copied: its path and digest are noted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.archive.digest import file_digest
from scribe_tui.archive.kept_file import FILE_SECONDS
from scribe_tui.archive.recorder import Recorder
from scribe_tui.archive.writer import ArchiveWriter
from scribe_tui.audio.decoder.encoder import Encoder
from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.kept_sound import KeptSound
from scribe_tui.audio.open import SourceKind
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.audio.splitting.ogg import OggSplitter
from scribe_tui.audio.splitting.splitter import Splitter

SLACK_SECONDS = 0.02
"""Drift in seconds between a file and source time at which its position is reported again."""

RESTART_SECONDS = 0.5
"""Seconds of sound after which an encoder that ended is replaced; longer each further time."""
MOST_RESTART_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Kept:
    """How a source is kept: its kind, its format, the path of a local file.

    `keep_seconds`: how long files are kept; `file_seconds`: how much sound one file holds.
    """

    kind: SourceKind
    audio_format: AudioFormat
    keep_seconds: float
    path: Path | None = None
    file_seconds: float = FILE_SECONDS


class Keeper:
    """Keeps one run's sound. A `SoundKeeper`."""

    def __init__(
        self,
        kept: Kept,
        writer: ArchiveWriter,
        new_path: Callable[[str], Path],
    ) -> None:
        self._kept = kept
        self._writer = writer
        self._new_path = new_path
        self._encoder: Encoder | None = None
        self._ended_encoders: list[Encoder] = []
        self._encoded_samples = 0
        self._lost_samples = 0
        self._restart_seconds = RESTART_SECONDS
        self._recording: Recorder | None = None
        self._shift: tuple[Recorder | None, float, float] = (None, 0.0, 0.0)
        self._tie: tuple[str, float, str] | None = None
        self._digest: asyncio.Task[str] | None = None
        self._reported: str | None = None

    def begin(self, splitter: Splitter) -> Recorder:
        """Keep the sound of one opening as it is sent; return its recorder."""
        kept = self._kept
        return Recorder(
            splitter, self._writer, self._new_path, kept.keep_seconds, kept.file_seconds
        )

    def heard(self, chunk: AudioChunk, start_seconds: float, started_at: float) -> list[KeptSound]:
        """Take a chunk with its source time and wall-clock time.

        Returns where it is kept, if that changed.
        """
        if self._kept.kind is SourceKind.FILE:
            return self._in_local_file(chunk, start_seconds, started_at)
        if self._kept.kind is SourceKind.WEB:
            if chunk.source_position is None or not isinstance(
                chunk.source_position.copy, Recorder
            ):
                return []
            self._recording = chunk.source_position.copy
            return self._in_recording(chunk.source_position.seconds, start_seconds, started_at)
        if not self._encode(chunk):
            return []
        seconds = self._kept.audio_format.seconds(self._encoded_samples - chunk.samples)
        return self._in_recording(seconds, start_seconds, started_at)

    def notices(self) -> list[str]:
        """Return new sentences: that sound is not kept, and why, or that it is kept again."""
        problem = self._writer.problem
        if problem is None and self._recording is not None and self._recording.is_lost:
            problem = "it comes in a form that cannot be kept"
        if problem is None and self._encoder is not None:
            problem = self._encoder.problem
        if (problem is None) == (self._reported is None):
            return []
        self._reported = problem
        if problem is None:
            return ["the sound is kept again"]
        return [f"the sound is not kept: {problem}; the text is"]

    async def close(self) -> None:
        """End the encoder, whose last sound is still written, and stop computing the digest."""
        for encoder in (*self._ended_encoders, self._encoder):
            if encoder is not None:
                await encoder.close()
        if self._digest is not None:
            self._digest.cancel()
            await asyncio.gather(self._digest, return_exceptions=True)

    def _encode(self, chunk: AudioChunk) -> bool:
        """Pass a chunk to the encoder; return False if it is lost."""
        if self._encoder is not None and self._encoder.problem is not None:
            self._lost_samples += chunk.samples
            if self._kept.audio_format.seconds(self._lost_samples) < self._restart_seconds:
                return False
            self._ended_encoders = [self._encoder]
            self._encoder = None
            self._restart_seconds = min(10 * self._restart_seconds, MOST_RESTART_SECONDS)
        if self._encoder is None:
            self._recording = self.begin(OggSplitter())
            self._encoder = Encoder(self._kept.audio_format, self._recording)
            self._encoder.start()
            self._encoded_samples = self._lost_samples = 0
        if not self._encoder.write(chunk.pcm):
            return False
        self._encoded_samples += chunk.samples
        if self._kept.audio_format.seconds(self._encoded_samples) > MOST_RESTART_SECONDS:
            self._restart_seconds = RESTART_SECONDS
        return True

    def _in_recording(
        self, seconds: float, start_seconds: float, started_at: float
    ) -> list[KeptSound]:
        self._note_shift(seconds, start_seconds - seconds)
        file = self._recording.file_at(seconds) if self._recording is not None else None
        if file is None:
            return []
        # An encoder is slightly behind: its file also holds sound from before the file existed.
        back = seconds - max(file.starts_at, self._shift[2])
        place = seconds - file.starts_at - back
        return self._news(KeptSound(file.path.name, place, start_seconds - back, started_at - back))

    def _note_shift(self, seconds: float, shift: float) -> None:
        """Note from where in this recording source time differs from its own by `shift` seconds."""
        recording, before, _ = self._shift
        if recording is not self._recording or abs(shift - before) > SLACK_SECONDS:
            self._shift = (self._recording, shift, seconds)

    def _in_local_file(
        self, chunk: AudioChunk, start_seconds: float, started_at: float
    ) -> list[KeptSound]:
        path = self._kept.path
        if path is None or chunk.source_position is None:
            return []
        if self._digest is None:
            digesting = in_own_thread(lambda: file_digest(path), name="file-digest")
            self._digest = asyncio.create_task(digesting, name="file-digest")
        digest = ""
        if self._digest.done() and not self._digest.cancelled() and not self._digest.exception():
            digest = self._digest.result()
        return self._news(
            KeptSound(str(path), chunk.source_position.seconds, start_seconds, started_at, digest)
        )

    def _news(self, kept: KeptSound) -> list[KeptSound]:
        """Return `kept`, unless it follows from what was reported before."""
        shift = kept.start_seconds - kept.offset_seconds
        if self._tie is not None:
            file, before, digest = self._tie
            same = (file, digest) == (kept.file, kept.digest)
            if same and abs(shift - before) <= SLACK_SECONDS:
                return []
        self._tie = (kept.file, shift, kept.digest)
        return [kept]
