"""Print the figures: index build and query, memory on a large journal, the html page.

`python -m tests.proofs.journals --days 1,10 --megabytes 1000`. Each reading is a process of
its own, whose highest memory (RSS) is told.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from scribe_tui.journal.export.files import Wanted, export_files
from scribe_tui.journal.reading import Problems, find_run, journals_of, read
from scribe_tui.journal.reading.times import Window
from scribe_tui.journal.search import INDEX_NAME
from scribe_tui.journal.search.index import Asked, search
from tests.proofs.journals.days import write_day
from tests.support.browser import opening_milliseconds

QUERIES = ("bridge AND clos*", '"the bridge"', "fergol*", "nothingatall")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", default="1,10")
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(given.one[0], Path(given.one[1]))
        return
    with tempfile.TemporaryDirectory(prefix="journals") as folder:
        for days in map(int, given.days.split(",")):
            _index(Path(folder) / f"{days}-days", days)
        _page(Path(folder) / "page")
        _large(Path(folder) / "large", given.megabytes)


def _index(log_dir: Path, days: int) -> None:
    for day in range(days):
        write_day(log_dir, day, words=False)
    begun = time.monotonic()
    search(log_dir, Asked("warmup"), print)
    built = time.monotonic() - begun
    size = (log_dir / INDEX_NAME).stat().st_size / 1e6
    print(f"{days} days of 12 panes: index built in {built:.1f} s, {size:.0f} MB")
    for query in QUERIES:
        begun = time.monotonic()
        answer = search(log_dir, Asked(query, limit=50), print)
        took = (time.monotonic() - begun) * 1000
        print(f"  {query!r}: {len(answer.found)} shown, {took:.0f} ms with the look for news")


def _page(log_dir: Path) -> None:
    write_day(log_dir, 0, words=True)
    begun = time.monotonic()
    peak = _measured("html", log_dir)
    page = next(log_dir.glob("*/*.html"))
    size = page.stat().st_size / 1e6
    print(f"html of a day: {size:.1f} MB, made in {time.monotonic() - begun:.1f} s, {peak} MB")
    print(f"  opens in {opening_milliseconds(page)} ms")


def _large(log_dir: Path, megabytes: int) -> None:
    run = write_day(log_dir, 0, words=True)
    (one, *others) = sorted(run.glob("*.jsonl"))
    for path in others:
        path.unlink()
    lines = one.read_bytes()
    with one.open("ab") as file:
        while file.tell() < megabytes * 1_000_000:
            file.write(lines)
    for kind in ("read", "csv", "srt", "html"):
        begun = time.monotonic()
        peak = _measured(kind, log_dir)
        took = time.monotonic() - begun
        print(f"journal of {megabytes} MB, {kind}: {peak} MB of memory, {took:.0f} s")


def _measured(kind: str, log_dir: Path) -> int:
    """Do one thing in a process of its own; its highest memory in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.journals", "--one", kind, str(log_dir)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return int(json.loads(done.stdout)["megabytes"])


def _one(kind: str, log_dir: Path) -> None:
    run = find_run("last", log_dir)
    journals = tuple(journals_of(run))
    if kind == "read":
        for _ in read(journals[0]):
            pass
    else:
        list(export_files(Wanted(run, journals, kind, Window()), run, Problems()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"megabytes": peak}))


if __name__ == "__main__":
    main()
