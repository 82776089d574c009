"""Cutting sound for a clip or playback, from kept sound or from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.archive.clip import from_memory, rate_of
from scribe_tui.archive.kept_spans import TranscriptSpan, along, kept_in, still_there
from scribe_tui.archive.sound import Sound, read_sound
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import UsageError
from scribe_tui.journal.reading.journals import Journal

MISSED_SECONDS = 0.5
"""If kept sound has fewer seconds than memory by more than this, memory is used."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a session has in memory: chunks of (source seconds, instant heard, PCM) in order."""

    chunks: Sequence[tuple[float, float, bytes]]
    audio_format: AudioFormat


@dataclass(frozen=True, slots=True)
class Cut:
    """Sound, and where it is from: memory (`from_memory`) or kept sound."""

    sound: Sound
    from_memory: bool

    def remark(self, wanted_seconds: float) -> str:
        """Return a remark on sound from memory, and what it lacks of `wanted_seconds`; else ""."""
        if not self.from_memory:
            return ""
        if self.sound.kept_seconds >= wanted_seconds - MISSED_SECONDS:
            return "from memory"
        return (
            f"memory held no more of {wanted_seconds:.0f} s, for no sound is kept: "
            "--archive 7d keeps it"
        )


async def cut_stretch(
    run: Path | None, journal: Journal | None, stretch: TranscriptSpan, held: Held
) -> Cut:
    """Return the sound of a span of a session, from kept sound or memory, whichever has more.

    `held` is what memory has of it. Raises UsageError if there is none at all, SourceError for what
    cannot be decoded.
    """
    try:
        kept = await _kept(run, journal, stretch)
    except UsageError as error:
        if held.chunks:
            return Cut(from_memory(held.chunks, held.audio_format), from_memory=True)
        raise UsageError(
            error.title,
            f"{error.message} Memory holds the last half minute and no more.",
            error.remedy,
        ) from error
    if held.chunks:
        remembered = from_memory(held.chunks, held.audio_format)
        if remembered.kept_seconds > kept.kept_seconds + MISSED_SECONDS:
            return Cut(remembered, from_memory=True)
    return Cut(kept, from_memory=False)


async def _kept(run: Path | None, journal: Journal | None, stretch: TranscriptSpan) -> Sound:
    spans = []
    if run is not None and journal is not None:
        spans = still_there(run, along(kept_in(journal), stretch))
    return await read_sound(run or Path(), spans, rate_of(spans))
