"""Which tests only CI runs, so that a user waits two minutes at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import pytest

from tests.support.requirements import IN_CI

BRIEFLY = 20
"""Most hypothesis examples outside CI."""
REASON = "a long proof, or more examples of what others prove; CI=1 runs it"


def examples(count: int) -> int:
    """Return the number of hypothesis examples of a test for which CI tries `count`."""
    return count if IN_CI else min(count, BRIEFLY)


def left_to_ci(items: Iterable[pytest.Item], in_ci: bool) -> list[pytest.Item]:
    """Return the tests to leave out: those marked `long`, and most marked `some(count)`.

    Of the latter `count` examples remain, spread evenly, the first among them; they are the same at
    each run. In CI nothing is left out.
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
