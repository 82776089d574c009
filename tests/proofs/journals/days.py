"""Days of twelve panes as journals, written quickly: only their size and shape matter here."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from scribe_tui.event_records import iso

PANES = 12
LINES_A_DAY = 9170
"""Lines per day of one pane; 110,000 for twelve."""
FIRST_DAY = datetime(2026, 3, 1)
SOUNDS = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "xu", "dan", "fer", "gol", "pir")


def vocabulary(chance: random.Random) -> list[str]:
    """Return some thousand words, the frequent ones first.

    Searched words are as frequent as in speech: about one word in ten thousand.
    """
    words = {"".join(chance.choices(SOUNDS, k=chance.randint(1, 4))) for _ in range(12_000)}
    known = ["the", *sorted(words, key=len)]
    known[1000:1000] = ["bridge", "closed"]
    return known


DIFFERENT_DAYS = 10
"""Number of different days; further days repeat them, which is quicker to write."""


def write_days(log_dir: Path, count: int) -> None:
    """Write `count` runs of one day each, without words."""
    made = [write_day(log_dir, day, words=False) for day in range(min(count, DIFFERENT_DAYS))]
    for day in range(len(made), count):
        _copy_day(made[day % len(made)], day % len(made), day)


def _copy_day(run: Path, day: int, to_day: int) -> None:
    copy = run.with_name(f"{FIRST_DAY + timedelta(days=to_day):%Y-%m-%dT%H-%M-%S}")
    copy.mkdir()
    for file in run.glob("*.jsonl"):
        content = file.read_bytes()
        for later in (1, 0):  # the last lines of a day are saved on the next
            content = content.replace(_date(day + later), b"<%d>" % later)
        for later in (1, 0):
            content = content.replace(b"<%d>" % later, _date(to_day + later))
        (copy / file.name).write_bytes(content)


def _date(day: int) -> bytes:
    return f'"{FIRST_DAY + timedelta(days=day):%Y-%m-%d}T'.encode()


def write_day(log_dir: Path, day: int, *, words: bool, lines: int = LINES_A_DAY) -> Path:
    """Write a run of twelve panes that lasts a day; return its folder."""
    chance = random.Random(day)
    known = vocabulary(chance)
    weights = [1 / (rank + 5) for rank in range(len(known))]
    begun = FIRST_DAY + timedelta(days=day)
    run = log_dir / f"{begun:%Y-%m-%dT%H-%M-%S}"
    run.mkdir(parents=True)
    for pane in range(PANES):
        with (run / f"pane{pane:02}.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(_lines(chance, known, weights, begun.timestamp(), pane, lines, words))
    return run


def _lines(
    chance: random.Random,
    known: list[str],
    weights: list[float],
    begun: float,
    pane: int,
    lines: int,
    words: bool,
) -> Iterator[str]:
    head = {"v": 2, "session": f"pane{pane:02}"}
    opening = {"name": f"pane{pane:02}", "source": "https://radio.example/live.mp3"}
    start = {"type": "session_start", **head, "at": iso(begun), **opening}
    yield json.dumps({**start, "audio_format": "pcm_16000", "commit": "vad"}) + "\n"
    # Drawn once and cut: drawing each word anew would take longer than what is measured.
    pool = chance.choices(known, weights, k=20_000)
    every = 86400.0 / lines
    for number in range(1, lines + 1):
        at = (number - 1) * every
        place = chance.randrange(len(pool) - 30)
        spoken = pool[place : place + chance.randint(8, 24)]
        if number % 40 == 0 and pane % 3 == 0:
            gap = {"type": "gap", **head, "at": iso(begun + at), "start_seconds": at}
            times = {"started_at": iso(begun + at), "ended_at": iso(begun + at + 5)}
            yield json.dumps({**gap, "end_seconds": at + 5, **times, "cause": "dropped"}) + "\n"
            continue
        segment = {"type": "segment", **head, "at": iso(begun + at + 7), "number": number}
        content = {"text": " ".join(spoken), "started_at": iso(begun + at)}
        span = {"start_seconds": round(at, 3), "end_seconds": round(at + 0.4 * len(spoken), 3)}
        timed = [
            {
                "text": word,
                "start_seconds": round(at + 0.4 * index, 3),
                "end_seconds": round(at + 0.4 * index + 0.3, 3),
                "kind": "word",
                "logprob": -0.04,
            }
            for index, word in enumerate(spoken if words else ())
        ]
        yield json.dumps({**segment, **content, **span, "words": timed}) + "\n"
