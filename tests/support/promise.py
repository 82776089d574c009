"""The promise as checks: what must hold for the events of any session, whatever went wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from scribe_tui.events import (
    ErrorRaised,
    Event,
    GapRecorded,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    State,
    StateChanged,
)
from scribe_tui.session.state import LEGAL_MOVES


def check_promise(events: Iterable[Event], rate: int = 16000) -> None:
    """Fail unless each run of each session is legal, complete and accounts for every sample."""
    runs: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if isinstance(event, SessionOpened):
            runs[event.session] = []
        runs[event.session].append(event)
        if isinstance(event, SessionClosed):
            _check_run(runs.pop(event.session), event, rate)


def _check_run(run: list[Event], closed: SessionClosed, rate: int) -> None:
    assert isinstance(run[0], SessionOpened), "a run begins with its opening"
    _check_states(run)
    _check_books([e for e in run if isinstance(e, GapRecorded)], closed, rate)
    segments = [e.segment for e in run if isinstance(e, SegmentCommitted)]
    numbers = [segment.number for segment in segments]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
    for segment in segments:
        assert 0 <= segment.start_seconds <= segment.end_seconds <= closed.heard_seconds + 1e-6
    for error in run:
        if isinstance(error, ErrorRaised):
            assert error.title
            assert error.message.endswith((".", "!")), error.message


def _check_states(run: list[Event]) -> None:
    changes = [e for e in run if isinstance(e, StateChanged)]
    for change in changes:
        assert change.state in LEGAL_MOVES[change.previous], change
    for one, two in pairwise(changes):
        assert one.state is two.previous
    assert changes[-1].state in (State.ENDED, State.FAILED)


def _check_books(gaps: list[GapRecorded], closed: SessionClosed, rate: int) -> None:
    """Check that heard = committed + gaps at the end, and that no two gaps overlap."""
    spans = sorted((e.gap.start_seconds, e.gap.end_seconds) for e in gaps)
    for one, two in pairwise(spans):
        assert one[1] <= two[0] + 0.5 / rate, f"gaps overlap: {one} {two}"
    missing = sum(round((end - start) * rate) for start, end in spans)
    assert round(closed.heard_seconds * rate) == round(closed.sent_seconds * rate) + missing
    for event in gaps:
        gap = event.gap
        assert gap.cause
        length = gap.end_seconds - gap.start_seconds
        assert length > 0
        assert abs((gap.ended_at - gap.started_at) - length) < 0.5, "both clocks tell the same"
