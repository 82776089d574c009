"""Many panes and one outage: the service is asked gently, each pane gets all of its words."""

from __future__ import annotations

import pytest

from scribe_tui.events import ErrorRaised, GapRecorded, State
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.outcome import check_words
from tests.support.script import Fault, Script, session_limit
from tests.support.sources import Opening, Openings

PANES = 16
SPACING = 0.015
SECONDS = 10.0


def panes() -> dict[str, Openings]:
    return {
        f"pane{number}": Openings(Opening(seconds=SECONDS, hold=True), chunk_seconds=0.01)
        for number in range(PANES)
    }


async def through_an_outage(*scripts: Script) -> tuple[Engine, StrictEndpoint]:
    async with StrictEndpoint(*scripts) as service:
        async with Engine(
            service.endpoint(),
            panes(),
            timing=timing(
                connect_spacing=SPACING, backoff_first=0.05, backoff_cap=0.4, quick_failure=0.01
            ),
        ) as engine:
            last = round(SECONDS * 10)
            await engine.until(
                lambda: sum(last in heard.values[-3:] for heard in service.connections) >= PANES
            )
            assert {
                engine.supervisor.snapshot(name).state for name in engine.supervisor.sessions
            } == {State.LIVE}
    for name in engine.supervisor.sessions:
        check_words(engine, SECONDS, name)
    assert engine.of(GapRecorded) == []
    return engine, service


def check_dials(service: StrictEndpoint) -> None:
    """After the first of each pane the dials are spread out; a late timer may bunch a few."""
    again = service.dialled_at[PANES:]
    assert len(again) >= PANES
    assert again[-1] - again[0] >= 0.5 * SPACING * (len(again) - 1)


@pytest.mark.long
async def test_a_refusing_service_is_not_stormed() -> None:
    failing = [Script(fault=Fault(at_seconds=3))] * PANES
    down = [Script(http_status=503)] * (3 * PANES)
    engine, service = await through_an_outage(*failing, *down, Script())
    check_dials(service)
    assert len(engine.of(ErrorRaised)) >= PANES


async def test_all_sessions_reach_their_limit_together() -> None:
    """Each is renewed without a wait of its own, but not all in the same moment."""
    _, service = await through_an_outage(*[Script(fault=session_limit(4))] * PANES, Script())
    check_dials(service)
    assert service.handshakes == 2 * PANES
