"""Journals for tests that read them: made of events, or line by line as by other versions."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    Correction,
    Event,
    Gap,
    GapRecorded,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    State,
    Word,
)

START = 1795521600.0
"""The instant at which a test's run begins: 2026-11-24T12:00 UTC."""


def opened(session: str = "news", *, corrections: dict[str, str] | None = None) -> SessionOpened:
    """Return the first event of a session."""
    pairs = tuple(Correction(*pair) for pair in (corrections or {}).items())
    return SessionOpened(
        session=session,
        at=START,
        name=session,
        source="radio.example",
        audio_format="pcm_16000",
        commit="vad",
        corrections=pairs,
    )


def said(number: int, text: str, session: str = "news", at: float | None = None) -> Event:
    """Return a segment with a word every 0.4 s, ten seconds after the one before."""
    start = 10.0 * number if at is None else at
    words = tuple(
        Word(word, round(start + 0.4 * index, 3), round(start + 0.4 * index + 0.3, 3))
        for index, word in enumerate(text.split())
    )
    end = words[-1].end_seconds if words else start + 1
    segment = CommittedSegment(number, text, START + start, start, end, words)
    return SegmentCommitted(session=session, at=START + end + 1, segment=segment)


def missed(start: float, end: float, cause: str = "source dropped", session: str = "news") -> Event:
    """Return a gap, given in source seconds."""
    gap = Gap(start, end, START + start, START + end, cause)
    return GapRecorded(session=session, at=START + end, gap=gap)


def closed(session: str = "news", at: float = 100.0) -> SessionClosed:
    """Return the last event of a session."""
    return SessionClosed(
        session=session,
        at=START + at,
        state=State.ENDED,
        heard_seconds=at,
        sent_seconds=at,
        segments=1,
    )


def write(run: Path, events: Iterable[Event], file: str | None = None) -> Path:
    """Write events as lines to `SESSION.jsonl` of a run, or to `file`; return the run's folder."""
    run.mkdir(parents=True, exist_ok=True)
    for event in events:
        with (run / (file or f"{event.session}.jsonl")).open("ab") as stream:
            stream.write(to_line(to_record(event)))
    return run
