"""Loops: a recogniser that cannot read a sound may say one phrase over and over.

It goes on until its bound of tokens, so that the text is longer than anybody can speak in the
time. People do repeat themselves ("mayday, mayday, mayday"), at the pace of speech: what could
have been said is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MOST_CHARACTERS_PER_SECOND: Final = 22.0
"""Hardly anybody speaks faster: 150 words a minute are about 14, "no, no, no" said fast is 20.
Loops measured 24 to 44, since they run on to the bound."""
_ANY_SECONDS: Final = 1.0
"""Least length by which speech is measured: the end of shorter speech may be cut off."""
_NOT_SPOKEN: Final = re.compile(r"[^\w']+")


def without_loop(text: str, speech_seconds: float) -> str:
    """`text` with the repeats at its end taken away, if it is too long for `speech_seconds`.

    One occurrence of what is repeated stays. A last repeat may be broken off.
    """
    if len(text) <= MOST_CHARACTERS_PER_SECOND * max(speech_seconds, _ANY_SECONDS):
        return text
    words = text.split()
    kept = _without_repeats([_NOT_SPOKEN.sub("", word).lower() for word in words])
    if kept == len(words):
        return text
    return without_loop(" ".join(words[:kept]).rstrip(",;:-"), speech_seconds)


def _without_repeats(words: Sequence[str]) -> int:
    """How many words there are before the end begins to repeat itself; all if it does not."""
    best = 0
    kept = len(words)
    for period in range(1, len(words) // 2 + 1):
        repeated = _repeated_at_end(words, period)
        if repeated >= period and repeated > best:
            best, kept = repeated, len(words) - repeated
    return kept


def _repeated_at_end(words: Sequence[str], period: int) -> int:
    """How many of the last words are those `period` before them."""
    last = words[-1]
    if not words[-1 - period].startswith(last):  # the last may be broken off
        return 0
    repeated = 1
    while repeated < len(words) - period and (
        words[-1 - repeated] == words[-1 - repeated - period]
    ):
        repeated += 1
    return repeated
