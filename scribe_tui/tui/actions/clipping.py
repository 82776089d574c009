"""Finding the sound of transcript lines, for clips and playback. `cut` blocks: use a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from scribe_tui.archive.cutting import Cut, Held, cut_stretch
from scribe_tui.archive.kept_spans import TranscriptSpan
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import UsageError
from scribe_tui.events import CommittedSegment, SegmentCommitted
from scribe_tui.journal.reading import journals_of, read
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.session.controls import Controls
from scribe_tui.transcript import Line

EDGE_SECONDS = 0.5
"""Seconds added on both sides of a line that is played, so that no word is cut."""
CLIP_EDGE_SECONDS = 2.0
"""Seconds added on both sides of a clip, for context."""
LAST_SECONDS = 30.0
"""Seconds of a clip or playback without a line; memory holds no more."""
NOTHING = Held((), AudioFormat.parse("pcm_16000"))


class WantedSound(NamedTuple):
    """A span of a session, and its sound as far as memory holds it."""

    session: str
    stretch: TranscriptSpan
    held: Held


def lines_wanted(
    controls: Controls, session: str, lines: Sequence[Line], edge_seconds: float = EDGE_SECONDS
) -> WantedSound:
    """Return the sound of `lines`, which are in order. Raises UsageError if they span two runs."""
    first, last = lines[0], lines[-1]
    if any(b.start_seconds < a.start_seconds for a, b in pairwise(lines)):
        raise UsageError(
            "two runs",
            "The source was stopped and started within that range.",
            "Choose lines before or after that.",
        )
    end = max(last.end_seconds, first.start_seconds)
    exact = TranscriptSpan(first.started_at, first.start_seconds, end)
    stretch = exact.widened(edge_seconds)
    recent = controls.recent_sound(session)
    if recent is None:
        return WantedSound(session, stretch, NOTHING)
    chunks = recent.said(stretch.started_at, stretch.start_seconds, stretch.end_seconds)
    return WantedSound(session, stretch, Held(chunks, recent.audio_format))


def latest_wanted(
    controls: Controls, session: str, seconds: float = LAST_SECONDS
) -> WantedSound | None:
    """Return the latest sound of a session from memory; None if it does not run."""
    recent = controls.recent_sound(session)
    chunks = recent.last(seconds) if recent is not None else []
    if recent is None or not chunks:
        return None
    (start, started_at, _), (last, _, pcm) = chunks[0], chunks[-1]
    end = max(last + recent.audio_format.seconds(len(pcm) // 2), start + seconds)
    return WantedSound(
        session, TranscriptSpan(started_at, start, end), Held(chunks, recent.audio_format)
    )


def journal_of(run: Path | None, session: str) -> Journal | None:
    """Return the journal of a session, None if there is none."""
    if run is None:
        return None
    found = journals_of(run)
    same = [one for one in found if one.session == session]
    return next((one for one in (*same, *found) if session in (one.session, one.stem)), None)


def segment_of(run: Path | None, session: str, number: int) -> CommittedSegment | None:
    """Return the segment of that number from the journal, None if it is not there.

    Reads files: use a thread.
    """
    journal = journal_of(run, session)
    events = read(journal, words=False) if journal is not None else ()
    for event in events:
        if isinstance(event, SegmentCommitted) and event.segment.number == number:
            return event.segment
    return None


def cut(run: Path | None, wanted: WantedSound) -> Cut:
    """Return the available part of the wanted sound. Blocks; raises like `cut_stretch`."""
    journal = journal_of(run, wanted.session)
    return asyncio.run(cut_stretch(run, journal, wanted.stretch, wanted.held))
