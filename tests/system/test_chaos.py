"""A short chaos run; the long one is `python -m tests.proofs.chaos --panes 16 --minutes 10`."""

from __future__ import annotations

import pytest

from tests.proofs.chaos.run import run
from tests.support.requirements import long_proof, need

SECONDS = 60


@pytest.mark.system
@pytest.mark.early(SECONDS + 8)
@pytest.mark.timeout(SECONDS + 180)
async def test_four_panes_of_chaos() -> None:
    """A minute with a fault every five seconds."""
    long_proof()
    need("ffmpeg")
    verdict = await run(panes=4, seconds=SECONDS, seed=SECONDS, every=5)
    print(verdict)
    assert verdict.wrongs == []
    assert verdict.words > SECONDS
