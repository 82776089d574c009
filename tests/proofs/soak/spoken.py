"""How much of what was heard is what was spoken, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Comparison:
    """`spoken` words stand behind what was heard; `wrong` of them were changed, lost or added."""

    spoken: int
    wrong: int


def words(text: str) -> list[str]:
    """Words without punctuation and capitals."""
    return re.findall(r"[a-z0-9']+", text.lower())


def compare(heard: Sequence[str], loop: Sequence[str]) -> Comparison:
    """Lay what was heard along words spoken again and again, joined anywhere, left anywhere.

    The fewest changes there are (Levenshtein), the two ends of what was spoken free.
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
