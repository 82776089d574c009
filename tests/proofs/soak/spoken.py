"""Compares heard words with spoken words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """`spoken`: number of spoken words compared; `wrong`: changed, lost or added ones."""

    spoken: int
    wrong: int


def words(text: str) -> list[str]:
    """Return the words without punctuation and capitals."""
    return re.findall(r"[a-z0-9']+", text.lower())


def compare(heard: Sequence[str], loop: Sequence[str]) -> Comparison:
    """Compare heard words with words spoken in a loop, joined and left at any place.

    Counts the fewest changes (Levenshtein), with both ends of the spoken words free.
    """
    spoken = [loop[at % len(loop)] for at in range(len(heard) + 2 * len(loop))]
    # For each place in `spoken`: changes so far, and where the way there begins.
    row = [(0, at) for at in range(len(spoken) + 1)]
    for word in heard:
        above, row = row, [(row[0][0] + 1, row[0][1])]
        for at, said in enumerate(spoken):
            changes, start = above[at]
            row.append(
                min(
                    (changes + (word != said), start),
                    (above[at + 1][0] + 1, above[at + 1][1]),
                    (row[at][0] + 1, row[at][1]),
                )
            )
    (wrong, start), end = min((cell, at) for at, cell in enumerate(row))
    return Comparison(end - start, wrong)
