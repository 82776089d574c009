"""FoldedNotices: a notice that repeats often is reported only a few times, with a count."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

REPORTED_AT = frozenset({1, 10, 100, 1000, 10_000, 100_000})
"""Counts at which a repeated notice is reported: the first at once; the rest is reported at the
end."""
KEPT = 64
"""Different notices counted at a time; the one not seen for longest is dropped first."""


class FoldedNotices:
    """Counts the notices of one run."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, tuple[str, int, int]] = OrderedDict()

    def add(self, key: str, text: str) -> int:
        """Count one more notice called `key`.

        Returns the count to report now, this one included; 0 means: report nothing.
        """
        _, seen, reported = self._counts.pop(key, (text, 0, 0))
        seen += 1
        due = seen - reported if seen in REPORTED_AT else 0
        self._counts[key] = (text, seen, reported + due)
        if len(self._counts) > KEPT:
            self._counts.popitem(last=False)
        return due

    def rest(self) -> Iterator[tuple[str, int]]:
        """Text and count of the notices that were not reported yet."""
        for text, seen, reported in self._counts.values():
            if seen > reported:
                yield text, seen - reported
        self._counts.clear()
