"""Loops: for a sound it cannot read, the recogniser may give one phrase over and over.

It stops only at its limit of tokens, so that the text is longer than anybody can speak in the
time. People do repeat themselves ("mayday, mayday, mayday"), but at the pace of speech; a text
that could have been spoken in the time is left unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

MOST_CHARACTERS_PER_SECOND: Final = 22.0
"""Hardly anybody speaks faster: 150 words a minute are about 14, a fast "no, no, no" is 20. Loops
measured 24 to 44, since they go on to the limit of tokens."""
_ANY_SECONDS: Final = 1.0
"""Shorter speech counts as this long, because its end may have been cut off."""
_NOT_SPOKEN: Final = re.compile(r"[^\w']+")


def without_loop(text: str, speech_seconds: float) -> str:
    """`text` without the repeats at its end, if it is too long for `speech_seconds`.

    One occurrence of the repeated phrase stays. The last repeat may be incomplete.
    """
    if len(text) <= MOST_CHARACTERS_PER_SECOND * max(speech_seconds, _ANY_SECONDS):
        return text
    words = text.split()
    kept = _without_repeats([_NOT_SPOKEN.sub("", word).lower() for word in words])
    if kept == len(words):
        return text
    return without_loop(" ".join(words[:kept]).rstrip(",;:-"), speech_seconds)


def _without_repeats(words: Sequence[str]) -> int:
    """How many words to keep: those before the repeats at the end; all if there are none."""
    best = 0
    kept = len(words)
    for period in range(1, len(words) // 2 + 1):
        repeated = _repeated_at_end(words, period)
        if repeated >= period and repeated > best:
            best, kept = repeated, len(words) - repeated
    return kept


def _repeated_at_end(words: Sequence[str], period: int) -> int:
    """How many words at the end equal the word `period` words before them."""
    last = words[-1]
    if not words[-1 - period].startswith(last):  # the last one may be incomplete
        return 0
    repeated = 1
    while repeated < len(words) - period and (
        words[-1 - repeated] == words[-1 - repeated - period]
    ):
        repeated += 1
    return repeated
