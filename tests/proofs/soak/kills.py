"""SIGKILL at random moments: what the journal got a second before the kill is on disk.

A child process writes with the real journal, in small parts, and reports over a pipe what it passed
to the journal and when. Only a torn last line may be wrong, and the next start repairs it.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.journal.retention import mend_last_runs
from scribe_tui.journal.run_folder import create_run

AT_ONCE = 4
PROMISE_SECONDS = 1.0

WRITER = """
import os, random, sys, time
from pathlib import Path
from scribe_tui.events import CommittedSegment, SegmentCommitted
from scribe_tui.journal.writer import JournalWriter
from scribe_tui.journal.retention import JournalPolicy
chance = random.Random(int(sys.argv[2]))
policy = JournalPolicy(rotate_bytes=20_000)
journal = JournalWriter(Path(sys.argv[1]), on_error=print, on_recovered=print, policy=policy)
for number in range(1, 10**9):
    segment = CommittedSegment(number, "word " * chance.randrange(50), time.time(), 0.0, 1.0)
    journal.receive(SegmentCommitted(session="news", at=time.time(), segment=segment))
    os.write(1, b"%d %f\\n" % (number, time.monotonic()))
    time.sleep(chance.random() * 0.01)
"""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill: lines passed to the journal, lines on disk, the age of the oldest missing one."""

    told: int
    kept: int
    missing_seconds: float
    parts: int
    torn_bytes: int


class BrokenPromiseError(AssertionError):
    """A kill lost more than it may."""


def kills(folder: Path, count: int, seed: int, longest_seconds: float = 2.0) -> Iterator[Kill]:
    """Kill `count` writers, several at once, each after up to `longest_seconds`."""
    chance = random.Random(seed)
    plans = [(folder / str(n), chance.uniform(0.01, longest_seconds), n) for n in range(count)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from pool.map(lambda plan: _kill(*plan), plans)


def _kill(log_dir: Path, after_seconds: float, seed: int) -> Kill:
    run = create_run(log_dir, time.time())
    command = [sys.executable, "-c", WRITER, str(run), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        output = [writer.stdout.readline()]
        time.sleep(after_seconds)
        killed_at = time.monotonic()
        writer.kill()
        output += writer.stdout.read().splitlines(keepends=True)
    told = [float(line.split()[1]) for line in output if line.endswith(b"\n")]
    return _verdict(run, told, killed_at)


def _verdict(run: Path, told: list[float], killed_at: float) -> Kill:
    torn = sum(len(path.read_bytes().rpartition(b"\n")[2]) for path in run.iterdir())
    live = create_run(run.parent, time.time() + 1)
    mend_last_runs(live)
    kept = _numbers(run)
    if kept != list(range(1, len(kept) + 1)):
        raise BrokenPromiseError(f"lines missing or out of order in {run}")
    missing = told[len(kept) :]
    age = max((killed_at - at for at in missing), default=0.0)
    if age > PROMISE_SECONDS:
        raise BrokenPromiseError(f"a line of {age:.2f} s before the kill is missing in {run}")
    return Kill(len(told), len(kept), age, len(list(run.glob("*.0*.jsonl"))), torn)


def _numbers(run: Path) -> list[int]:
    """Return the numbers of all lines, in the order of the files; every line must be complete."""
    lines = [line for path in sorted(run.glob("*jsonl")) for line in _whole_lines(path)]
    return [record["number"] for record in map(json.loads, lines) if "number" in record]


def _whole_lines(path: Path) -> list[bytes]:
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        raise BrokenPromiseError(f"{path} was not mended")
    return content.splitlines()


def report(folder: Path, count: int) -> None:
    """Run and print the figures. Raises BrokenPromiseError."""
    begun = time.monotonic()
    seed = int.from_bytes(os.urandom(4), "big")
    done = list(kills(folder, count, seed))
    print(f"kill -9, {len(done)} times, seed {seed}, {time.monotonic() - begun:.0f} s:")
    print(f"  lines handed over {sum(kill.told for kill in done)}, ", end="")
    print(f"on disk {sum(kill.kept for kill in done)}, in {sum(kill.parts for kill in done)} parts")
    print(f"  oldest missing line: {1000 * max(kill.missing_seconds for kill in done):.1f} ms old")
    print(f"  torn last lines mended: {sum(kill.torn_bytes > 0 for kill in done)}")
