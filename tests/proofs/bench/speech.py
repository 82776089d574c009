"""What the endpoint says: talk that grows by some words a second and ends in a new token.

A token is the last word of every text, whole or not at all on a screen: `q12x345q` is
text 345 of connection 12. The words before it stay, as those of a real partial mostly do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(r"q(\d+)x(\d+)q")
PARTIALS_PER_SECOND = 4
PARTIALS_PER_SEGMENT = 19
"""After so many partials comes the committed pair: one segment in five seconds."""
WORDS_PER_PARTIAL = 0.625
"""150 words a minute at four partials a second."""

_TALK = (
    "the harbour office says that two ferries will be late this morning because of fog over "
    "the northern channel and that passengers should wait inside until the next announcement "
    "which is expected at about ten while engine seven has returned to its station after a "
    "small fire near the old market where nobody was hurt"
)
_WORDS = _TALK.split()


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text to send; `words` counts those before its token."""

    text: str
    token: str
    words: int
    committed: bool


def utterances(connection: int) -> Iterator[Utterance]:
    """What connection number `connection` hears, without end; each begins mid-segment."""
    serial, at, first = 0, connection * 5, 1 + connection * 7 % PARTIALS_PER_SEGMENT
    while True:
        for step in range(first, PARTIALS_PER_SEGMENT + 2):
            count = 1 + int(step * WORDS_PER_PARTIAL)
            words = [_WORDS[(at + index) % len(_WORDS)] for index in range(count)]
            token = f"q{connection}x{serial}q"
            committed = step > PARTIALS_PER_SEGMENT
            yield Utterance(" ".join([*words, token]), token, count, committed)
            serial += 1
        at, first = at + count, 1


def timed_words(text: str, start: float, end: float) -> list[dict[str, object]]:
    """The words of `text` spread evenly from `start` to `end` seconds, as on the wire."""
    words = text.split()
    step = (end - start) / len(words)
    found: list[dict[str, object]] = []
    for index, word in enumerate(words):
        first = start + index * step
        if found:
            found.append(_item(" ", "spacing", first, first))
        found.append(_item(word, "word", first, first + 0.9 * step))
    return found


def _item(text: str, kind: str, start: float, end: float) -> dict[str, object]:
    return {
        "text": text,
        "start": round(start, 3),
        "end": round(end, 3),
        "type": kind,
        "speaker_id": None,
        "logprob": -0.04,
        "characters": None,
        "channel_index": None,
    }
