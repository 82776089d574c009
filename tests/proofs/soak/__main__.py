"""`python -m tests.proofs.soak [week|kills|desk]`: the first two without a word."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.proofs.soak import desk, kills, week


def main() -> int:
    """Run the requested proofs; return 0 if every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.soak", description=__doc__)
    parser.add_argument("proof", nargs="?", choices=("week", "kills", "desk", "all"), default="all")
    parser.add_argument("--day-seconds", type=float, default=30.0, help="length of a day")
    parser.add_argument("--kills", type=int, default=100, help="how many processes are killed")
    parser.add_argument("--seconds", type=float, default=600.0, help="how long the desk works")
    asked = parser.parse_args()
    held = True
    with tempfile.TemporaryDirectory() as folder:
        if asked.proof in ("kills", "all"):
            kills.report(Path(folder) / "kills", asked.kills)
        if asked.proof in ("week", "all"):
            held = week.report(Path(folder) / "week", asked.day_seconds)
        if asked.proof == "desk":
            held = desk.report(Path(folder) / "desk", asked.seconds)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
