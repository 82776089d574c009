"""`python -m tests.proofs.painting`: what the faster compositor and the resting loop gain.

Runs the monitor on live stations three times: painted by Textual's own means on asyncio's
own loop, then with the faster compositor, then with the resting loop too; each without and
with a dialog open. Prints CPU time without the decoders, and bytes to the terminal.

Measured with 12 panes on a quiet machine of 2 cores (percent of a core, kB a second; behind the
stroke with a dialog open):

    Textual's painting   14.3  3.1 | 68.1 269.1
    faster compositor     8.8  3.1 |  9.4   4.4
    and resting loop      8.3  3.2 |  8.8   4.4
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.proofs.bench.measure import endpoint_side, wait_until_busy
from tests.proofs.bench.mp3 import BYTES_PER_SECOND, make_mp3
from tests.proofs.bench.process_tree import cpu_seconds, decoder_seconds
from tests.proofs.bench.subjects import Load, Terminal
from tests.support.side import Side

WARM_UP_SECONDS = 5.0
START = "import sys; sys.argv[0] = 'scribe-tui'; from scribe_tui.cli import main; sys.exit(main())"
PUBLIC_PAINTING = (
    "from scribe_tui.tui.rendering import compositor as c; c.PRIVATE_NAMES = ('textual:none',)\n"
)
PLAIN_LOOP = (
    "import asyncio, scribe_tui.cli.monitor as m; m.FrameLoop = asyncio.SelectorEventLoop\n"
)
VARIANTS = {
    "Textual's painting": PUBLIC_PAINTING + PLAIN_LOOP,
    "faster compositor": PLAIN_LOOP,
    "and resting loop": "",
}


def _measure(terminal: Terminal, seconds: float) -> tuple[float, float]:
    """Return percent of a core without decoders, and kB per second."""
    roots = terminal.roots()
    cpu = cpu_seconds(roots) - decoder_seconds(roots)
    start = time.monotonic()
    time.sleep(seconds)
    end = time.monotonic()
    cpu = cpu_seconds(roots) - decoder_seconds(roots) - cpu
    sent = terminal.recording.bytes_between(start, end)
    return 100 * cpu / (end - start), sent / (end - start) / 1000


def main() -> int:
    """Measure all variants, print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.painting", description=__doc__)
    parser.add_argument("--panes", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    print(f"{options.panes} panes, {options.seconds:g} s each")
    print(f"{'':22}{'CPU %':>7}{'kB/s':>7}   with a dialog{'CPU %':>7}{'kB/s':>7}")
    for name, patch in VARIANTS.items():
        with tempfile.TemporaryDirectory(prefix="scribe-painting-") as folder:
            figures = _run(patch, Path(folder), options.panes, options.seconds)
        (cpu, sent), (dialog_cpu, dialog_sent) = figures
        print(f"{name:22}{cpu:7.1f}{sent:7.1f}{'':16}{dialog_cpu:7.1f}{dialog_sent:7.1f}")
    return 0


def _run(
    patch: str, folder: Path, panes: int, seconds: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    with (
        Side("tests.support.radio", str(make_mp3(folder)), str(BYTES_PER_SECOND)) as radio,
        endpoint_side(silent=False) as endpoint,
    ):
        urls = [f"http://127.0.0.1:{radio.port}/{number}" for number in range(1, panes + 1)]
        load = Load(urls, endpoint.port, "websocket", folder)
        command = [
            sys.executable, "-c", patch + START, *urls,
            *("--endpoint", f"http://127.0.0.1:{endpoint.port}"),
            *("--transport", "websocket", "--log-dir", str(folder / "logs")),
        ]  # fmt: skip
        with Terminal(command, load, quit_keys=b"\x03") as terminal:
            wait_until_busy(endpoint, panes, terminal)
            time.sleep(WARM_UP_SECONDS)
            plain = _measure(terminal, seconds)
            terminal.press(b"?")
            time.sleep(1)
            return plain, _measure(terminal, seconds)


if __name__ == "__main__":
    sys.exit(main())
