"""What of the tests only CI has the time for, so that a person waits two minutes at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest

from tests.support.requirements import IN_CI

BRIEFLY = 20
"""Examples that hypothesis makes where a person waits."""
REASON = "a long proof, or more examples of what others prove; CI=1 runs it"


def examples(count: int) -> int:
    """How many hypothesis makes of a test of which CI tries `count`."""
    return count if IN_CI else min(count, BRIEFLY)


def left_to_ci(items: Iterable[pytest.Item], in_ci: bool) -> list[pytest.Item]:
    """The tests marked `long` and, of those marked `some(count)`, all examples but so many.

    Nothing where `in_ci`. The same ones at each run: the examples that are kept are spread
    evenly over all of them, the first among them.
    """
    if in_ci:
        return []
    left = []
    examples: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if item.get_closest_marker("long"):
            left.append(item)
        elif item.get_closest_marker("some"):
            examples[item.nodeid.partition("[")[0]].append(item)
    for each in examples.values():
        left += _all_but(each)
    return left


def _all_but(examples: Sequence[pytest.Item]) -> list[pytest.Item]:
    marker = examples[0].get_closest_marker("some")
    assert marker is not None
    count = marker.args[0]
    kept = {number * len(examples) // count for number in range(count)}
    return [item for number, item in enumerate(examples) if number not in kept]
