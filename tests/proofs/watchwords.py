"""`python -m tests.proofs.watchwords`: what watch words cost, beside a yardstick.

64 panes hear steady speech (3 words a second), told in partials at 4 a second and committed every
5 seconds, with 50 words listened for; what could not be looked through at once is when it is due.
The yardstick is a plain search: each of the 50 words, case folded, in each text. Printed as a share
of one core.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator

from scribe_tui.events import CommittedSegment, Event, PartialChanged, SegmentCommitted
from scribe_tui.settings import WatchSettings
from scribe_tui.watchwords.stage import LEAST_WAIT_SECONDS, WatchStage

PANES = 64
SECONDS = 30
WORDS_A_SECOND = 3
PARTIALS_A_SECOND = 4
COMMIT_SECONDS = 5
PROMISED_SHARE = 0.03


def spoken() -> list[str]:
    """Return the words of an English text that is on every machine."""
    from pydoc_data.topics import topics

    return " ".join(list(topics.values())[:40]).split()


def listened_for(words: list[str]) -> tuple[str, ...]:
    """Return 50 entries: names, and words that are really said."""
    names = "Southwark Cholmondeley Edinburgh Zaporizhzhia Reykjavik Thyssenkrupp".split()  # noqa: SIM905
    common = sorted({word for word in words if word.isalpha() and len(word) > 6})
    return (*names, "prime minister", "fire brigade", *random.Random(1).sample(common, 42))


def events(words: list[str]) -> Iterator[tuple[float, Event]]:
    """Yield what the panes say, with the seconds at which they say it."""
    for tick in range(SECONDS * PARTIALS_A_SECOND):
        now = tick / PARTIALS_A_SECOND
        for pane in range(PANES):
            begun = int(now // COMMIT_SECONDS) * COMMIT_SECONDS * WORDS_A_SECOND + pane * 997
            text = " ".join(words[begun : begun + 1 + int(now % COMMIT_SECONDS * WORDS_A_SECOND)])
            session = f"pane-{pane}"
            yield now, PartialChanged(session=session, at=now, text=text)
            if (tick + 1) % (COMMIT_SECONDS * PARTIALS_A_SECOND) == 0:
                segment = CommittedSegment(tick, text, now, now - COMMIT_SECONDS, now)
                yield now, SegmentCommitted(session=session, at=now, segment=segment)


def share_of_a_core(
    take: Callable[[float, Event], object], told: list[tuple[float, Event]]
) -> float:
    """Return the CPU time spent by `take` on all events, per second of speech."""
    begun = time.process_time()
    for now, event in told:
        take(now, event)
    return (time.process_time() - begun) / SECONDS


def measure() -> tuple[float, float, int]:
    """Return shares of a core of watch words and of the yardstick, and the number of hits."""
    words = spoken()
    listed = listened_for(words)
    told = list(events(words))
    here = [0.0]
    hits = [0]
    stage = WatchStage([WatchSettings(words=listed)], clock=lambda: here[0])

    def watch(now: float, event: Event) -> None:
        while here[0] + LEAST_WAIT_SECONDS <= now:  # the looks that are due in between
            here[0] += LEAST_WAIT_SECONDS
            next_at = stage.next_at
            if next_at is not None and next_at <= here[0]:
                hits[0] += len(stage.due())
        here[0] = now
        hits[0] += len(list(stage.derive(event)))

    folded = [word.casefold() for word in listed]

    def search(_: float, event: Event) -> list[str]:
        text = event.text if isinstance(event, PartialChanged) else ""
        text = event.segment.text if isinstance(event, SegmentCommitted) else text
        return [word for word in folded if word in text.casefold()]

    return share_of_a_core(watch, told), share_of_a_core(search, told), hits[0]


def main() -> int:
    """Print the shares; return 0 if the promise holds."""
    argparse.ArgumentParser(
        prog="python -m tests.proofs.watchwords", description=__doc__
    ).parse_args()
    ours, yardstick, hits = measure()
    print(f"{PANES} panes, 50 words, {hits} hit events in {SECONDS} s of speech")
    print(f"watch words  {ours:.2%} of a core (promised: under {PROMISED_SHARE:.0%})")
    print(f"yardstick    {yardstick:.2%} of a core (a plain search of each word in each text)")
    return 0 if ours < PROMISED_SHARE else 1


if __name__ == "__main__":
    raise SystemExit(main())
