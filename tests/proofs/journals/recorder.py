"""What updating the search index costs a recording of twelve panes."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.journal.search import INDEX_NAME, follower
from tests.proofs.journals.days import LINES_A_DAY, write_day

HOURS = 3
_DAY = 300
"""A day other than those in the index."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a day: CPU seconds, and megabytes written to the disk."""

    seconds: float
    megabytes: float


def follow(log_dir: Path) -> Cost:
    """Write some hours of a day line by line, updating the index as often as the recorder does."""
    whole = write_day(log_dir.with_name("whole"), _DAY, words=True)
    lines = {file.name: file.read_bytes().splitlines(True) for file in whole.glob("*.jsonl")}
    shutil.rmtree(whole.parent)
    run = log_dir / whole.name
    run.mkdir()
    written = dict.fromkeys(lines, 0)
    seconds, before = 0.0, _megabytes_written()
    looks = int(HOURS * 3600 / follower.LOOK_SECONDS)
    said = 0.0
    for look in range(1, looks + 1):
        until = int(look * follower.LOOK_SECONDS * LINES_A_DAY / 86400)
        for name, content in lines.items():
            new = b"".join(content[written[name] : until])
            with (run / name).open("ab") as file:
                file.write(new)
            written[name] = until
            said += len(new)
        begun = time.process_time()
        follower.read_new_of(log_dir / INDEX_NAME, run, lambda: False)
        seconds += time.process_time() - begun
    megabytes = _megabytes_written() - before - said / 1e6
    return Cost(seconds * 24 / HOURS, megabytes * 24 / HOURS)


def _megabytes_written() -> float:
    """Return the megabytes written by this process so far, as counted by the kernel."""
    counts = Path("/proc/self/io").read_text(encoding="ascii").split()
    return int(counts[counts.index("write_bytes:") + 1]) / 1e6
