"""The screen's own figures with and without recognition on the same machine."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.proofs.bench.measure import Plan, measure
from tests.proofs.bench.mp3 import make_mp3
from tests.proofs.bench.subjects import missing
from tests.proofs.bench.table import print_table

WARM_UP_SECONDS = 15.0
"""Seconds after which the model is loaded and every stream has heard a segment."""
ALONE_SECONDS = 60.0
MARGIN_SECONDS = 60.0
"""Seconds for which recognition runs beyond the measurement: start, stop and key presses."""


def screen_beside_recognition(streams: int, seconds: float) -> int:
    """Print the screen's figures alone and during recognition of `streams`, and the streams' own.

    There are as many panes as streams. The panes have a separate endpoint that recognises nothing,
    so that only the screen is measured. Returns an exit code.
    """
    if lack := missing("tui"):
        print(f"cannot measure: {lack}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as folder:
        mp3 = make_mp3(Path(folder))
        print("the screen alone:")
        print_table([measure(Plan("tui", "sdk", streams, 5.0, min(ALONE_SECONDS, seconds)), mp3)])
        recognition = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.recognition", "--only", "costs",
             "--streams", str(streams), "--seconds", str(seconds + MARGIN_SECONDS)],
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        try:
            beside = measure(Plan("tui", "sdk", streams, WARM_UP_SECONDS, seconds), mp3)
            costs, _ = recognition.communicate()
        finally:
            recognition.kill()
    print(f"the screen beside {streams} streams that are recognised:")
    print_table([beside])
    print(costs, end="")
    return recognition.returncode
