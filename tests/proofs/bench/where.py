"""`python -m tests.proofs.bench.where`: what the program's own CPU time is spent on, by part.

Samples the running monitor with py-spy (`pip install py-spy`; as root, or where a process
may trace its neighbours) and shares its measured CPU out over the samples. Decoders apart.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.proofs.bench.measure import endpoint_side, wait_until_busy
from tests.proofs.bench.mp3 import BYTES_PER_SECOND, make_mp3
from tests.proofs.bench.process_tree import cpu_seconds, decoder_seconds
from tests.proofs.bench.subjects import SUBJECTS, Load, Subject
from tests.support.side import Side

SAMPLES_PER_SECOND = 500
WARM_UP_SECONDS = 5.0

PARTS = (
    ("decoder's pipe", ("pipe_data_received (", "_UnixReadPipeTransport")),
    ("look at the meters", ("(scribe_tui/tui/screens/monitor.py:sample",)),
    (
        "messages in",
        (
            "(scribe_tui/session/speech/receiver.py",
            "_start_message_handler",
            "Connection.data_received (",
        ),
    ),
    ("chunks out", ("(scribe_tui/session/speech/sender.py",)),
    ("pacing, level, buffer", ("(scribe_tui/audio/", "(scribe_tui/session/capture/")),
    ("text to screen", ("(scribe_tui/tui/", "(textual/", "(rich/")),
    ("journal", ("(scribe_tui/journal/",)),
)
"""Parts by names; a stack belongs to the first part of which a name matches one of its calls."""
LOOP = "event loop"
LOOP_FILE = "/frame_loop.py:"
IDLE = (
    "Selector.select (",
    "Selector._select (",
    "_do_waitpid (",
    "Condition.wait (",
    "_worker (",
    "_work (scribe_tui",
)


def part_of(stack: str) -> str | None:
    """Return the part of the program to which a folded stack belongs; None if it waits."""
    frames = stack.split(";")
    if any(name in frames[-1] for name in IDLE):
        return None
    calls = ";".join(_named(frame) for frame in frames if LOOP_FILE not in frame)
    return next((part for part, names in PARTS if any(n in calls for n in names)), LOOP)


def _named(frame: str) -> str:
    """Return the frame `sample (path:12)` as `(path:sample sample`, to compare with PARTS."""
    function, _, place = frame.partition(" (")
    return f"{function} ({place.rpartition(':')[0]}:{function.rpartition('.')[2]}"


def shares(lines: Iterable[str]) -> Counter[str]:
    """Return the samples for each part, from py-spy's raw format: `frame;frame;frame count`."""
    found: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        if (part := part_of(stack)) is not None:
            found[part] += int(count)
    return found


def _sample(subject: Subject, seconds: float, raw: Path) -> None:
    command = [_spy(), "record", "-p", str(subject.roots()[0]), "-d", f"{seconds:.0f}"]
    command += ["-r", str(SAMPLES_PER_SECOND), "-f", "raw", "-t", "-o", str(raw)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _spy() -> str:
    beside = Path(sys.executable).with_name("py-spy")
    found = str(beside) if beside.exists() else shutil.which("py-spy")
    if found is None:
        raise SystemExit("py-spy is not installed: pip install py-spy")
    return found


def _own_cpu(subject: Subject, seconds: float) -> float:
    """Return CPU seconds per second of the program without decoders, while nothing samples it."""
    roots = subject.roots()
    before = cpu_seconds(roots) - decoder_seconds(roots)
    time.sleep(seconds)
    return (cpu_seconds(roots) - decoder_seconds(roots) - before) / seconds


def main() -> int:
    """Run the monitor, sample it, print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.bench.where", description=__doc__)
    parser.add_argument("--panes", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--transport", choices=("sdk", "websocket"), default="sdk")
    parser.add_argument("--silent", action="store_true", help="no words in any of the sound")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as name:
        folder = Path(name)
        with (
            Side("tests.support.radio", str(make_mp3(folder)), str(BYTES_PER_SECOND)) as radio,
            endpoint_side(silent=options.silent) as endpoint,
        ):
            urls = [f"http://127.0.0.1:{radio.port}/{n}" for n in range(1, options.panes + 1)]
            load = Load(urls, endpoint.port, options.transport, folder)
            with SUBJECTS["tui"](load) as subject:
                wait_until_busy(endpoint, options.panes, subject)
                time.sleep(WARM_UP_SECONDS)
                cpu = _own_cpu(subject, options.seconds)
                _sample(subject, options.seconds, folder / "raw")
        found = shares((folder / "raw").read_text().splitlines())
    _print(found, cpu, options.panes)
    return 0


def _print(found: Counter[str], cpu: float, panes: int) -> None:
    total = sum(found.values())
    print(f"{panes} panes: {100 * cpu:.1f} % of a core, decoders apart")
    print(f"{'part':22}{'share':>7}  µs a second and pane")
    for part, count in found.most_common():
        share = count / total
        print(f"{part:22}{100 * share:6.1f}%  {1e6 * cpu * share / panes:8.0f}")


if __name__ == "__main__":
    sys.exit(main())
