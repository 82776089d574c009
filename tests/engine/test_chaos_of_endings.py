"""One of each kind of ending; all of them are `python -m tests.proofs.chaos.endings`."""

from __future__ import annotations

import pytest

from tests.proofs.chaos.endings import run, sample, told


@pytest.mark.long
async def test_each_service_each_way_to_end_each_way_to_commit() -> None:
    chosen = sample(0.1)
    found = await run(chosen)
    assert found == {}, told(len(chosen), found)
