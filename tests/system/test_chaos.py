"""Short runs of chaos; the long ones are `python -m tests.proofs.chaos[.endings|.machine]`."""

from __future__ import annotations

import pytest

from tests.proofs.chaos import machine
from tests.proofs.chaos.run import run
from tests.support.requirements import need

SECONDS = 60
HOLD = (
    "clock-steps",
    "suspended",
    "suspended-while-draining",
    "descriptors-at-their-limit",
    "processes-at-their-limit",
    "slow-fsync",
    "failing-fsync",
    "proxies",
    "terminal-gone",
    "redirected",
)


@pytest.mark.system
@pytest.mark.long
@pytest.mark.early(SECONDS + 8)
@pytest.mark.timeout(SECONDS + 180)
async def test_four_panes_of_chaos() -> None:
    """A minute with a fault every five seconds."""
    need("ffmpeg")
    verdict = await run(panes=4, seconds=SECONDS, seed=SECONDS, every=5)
    print(verdict)
    assert verdict.wrongs == []
    assert verdict.words > SECONDS


@pytest.mark.system
@pytest.mark.long
@pytest.mark.early(20)
@pytest.mark.parametrize("scenario", HOLD)
def test_a_machine_that_goes_wrong(scenario: str) -> None:
    """The real program under it loses no word that no gap names, and ends well."""
    need("ffmpeg")
    assert machine.run(scenario) == []
