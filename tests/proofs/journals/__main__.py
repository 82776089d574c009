"""Print the figures: index build and query, memory on a large journal, the html page.

`python -m tests.proofs.journals --days 1,10,100 --megabytes 1000`. Times are CPU seconds (user and
system) of the process that does it, so that a busy machine spoils them little; queries are the
median of `REPEATS`, bare (with the index open) and as the command does them (opened, checked, and
the folder looked through for news). Building an index, following a recording and each reading is a
process of its own, whose highest memory (RSS) is told. A hundred days take 7 GB of the disk and
twenty minutes.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

from scribe_tui.journal.export.files import KINDS, Wanted, export_files
from scribe_tui.journal.reading import Problems, find_run, journals_of, read
from scribe_tui.journal.reading.times import Window
from scribe_tui.journal.search import INDEX_NAME
from scribe_tui.journal.search.index import Asked, search, search_index
from scribe_tui.journal.search.schema import open_index
from tests.proofs.journals.days import write_day, write_days
from tests.proofs.journals.place import place
from tests.proofs.journals.recorder import follow
from tests.support.browser import opening_milliseconds

QUERIES = (
    "bridge", "the AND bridge", "danfergol", '"the bridge"', "bridge AND clos*",
    "danfer*", "danf*", "dan*", "d*",
)  # fmt: skip
"""Queries: words, and beginnings of one to six letters; the shortest fit a word in fourteen."""
REPEATS = 15


def main() -> None:
    """Run the requested measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", default="1,10")
    parser.add_argument("--megabytes", type=int, default=1000, help="0: no large journal")
    parser.add_argument("--no-page", dest="page", action="store_false", help="no html page")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        _one(given.one[0], Path(given.one[1]))
        return
    with place() as folder:
        for days in map(int, filter(None, given.days.split(","))):
            _index(folder / f"{days}-days", days)
            shutil.rmtree(folder / f"{days}-days")
        if given.page:
            _page(folder / "page")
        if given.megabytes:
            _large(folder / "large", given.megabytes)


def _index(log_dir: Path, days: int) -> None:
    write_days(log_dir, days)
    peak, built = _measured("index", log_dir)
    size = (log_dir / INDEX_NAME).stat().st_size / 1e6
    told = f"index built in {built:.1f} s, {size:.0f} MB, {peak} MB of memory"
    print(f"{days} days of 12 panes: {told}", flush=True)
    database = open_index(log_dir / INDEX_NAME)
    for query in QUERIES:
        asked = Asked(query, limit=20)
        shown = len(search_index(database, asked).found)
        bare = _median(lambda asked=asked: search_index(database, asked))  # type: ignore[misc]
        whole = _median(lambda asked=asked: search(log_dir, asked, print))  # type: ignore[misc]
        print(f"  {query!r}: {shown} shown, {bare:.2f} ms bare, {whole:.0f} ms as a command")
    database.close()
    _, _, cost = _told("follow", log_dir)
    told = f"{cost[0]:.1f} s of CPU and {cost[1]:.0f} MB written a day"
    print(f"  followed while recording: {told}", flush=True)


def _median(act: Callable[[], object]) -> float:
    """Return the median CPU time in milliseconds."""
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        act()
        times.append((time.process_time() - begun) * 1000)
    return statistics.median(times)


def _page(log_dir: Path) -> None:
    write_day(log_dir, 0, words=True)
    peak, took = _measured("html", log_dir)
    page = next(log_dir.glob("*/*.html"))
    size = page.stat().st_size / 1e6
    print(f"html of a day: {size:.1f} MB, made in {took:.1f} s, {peak} MB of memory")
    times = sorted(opening_milliseconds(page) for _ in range(3))
    print(f"  opens in {times[1]} ms by the clock ({times[0]} to {times[2]})", flush=True)


def _large(log_dir: Path, megabytes: int) -> None:
    run = write_day(log_dir, 0, words=True)
    (one, *others) = sorted(run.glob("*.jsonl"))
    for path in others:
        path.unlink()
    lines = one.read_bytes()
    with one.open("ab") as file:
        while file.tell() < megabytes * 1_000_000:
            file.write(lines)
    for kind in ("read", *KINDS):
        peak, took = _measured(kind, log_dir)
        print(f"journal of {megabytes} MB, {kind}: {peak} MB of memory, {took:.0f} s", flush=True)


def _measured(kind: str, log_dir: Path) -> tuple[int, float]:
    """Do one thing in a separate process; return its peak memory in MB and its CPU seconds."""
    peak, seconds, _ = _told(kind, log_dir)
    return peak, seconds


def _told(kind: str, log_dir: Path) -> tuple[int, float, list[float]]:
    """Do the same; also return the values that the process reports."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.journals", "--one", kind, str(log_dir)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    told = json.loads(done.stdout)
    return int(told["megabytes"]), float(told["seconds"]), list(told["cost"])


def _one(kind: str, log_dir: Path) -> None:
    cost: tuple[float, ...] = ()
    if kind == "follow":
        cost = astuple(follow(log_dir))
    elif kind == "index":
        search(log_dir, Asked("warmup"), print)
    else:
        run = find_run("last", log_dir)
        journals = tuple(journals_of(run))
        if kind == "read":
            for _ in read(journals[0]):
                pass
        else:
            list(export_files(Wanted(run, journals, kind, Window()), run, Problems()))
    told = {"megabytes": _peak(), "seconds": time.process_time(), "cost": cost}
    print(json.dumps(told))


def _peak() -> int:
    """Return this process's peak memory in MB; `getrusage` includes its parent's before exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii").split()
    return int(status[status.index("VmHWM:") + 1]) // 1024


if __name__ == "__main__":
    main()
