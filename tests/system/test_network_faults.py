"""Real packets over a bad line: loss, delay and a black hole lose no word.

The same with the durations of the real program: `python -m tests.proofs.chaos.network --hole 30`.
"""

from __future__ import annotations

import pytest

from scribe_tui.session.timing import Timing
from tests.proofs.chaos import line, network
from tests.support.requirements import unavailable


@pytest.mark.system
@pytest.mark.long
@pytest.mark.early(16)
async def test_loss_delay_and_a_black_hole() -> None:
    reason = line.why_not()
    if reason is not None:
        unavailable(reason)
    quicker = Timing(no_answer=2.0, backoff_cap=1.0)
    report = await network.run(hole_seconds=4.0, timing=quicker)
    assert report.count("all there") == len(network.TRANSPORTS)
