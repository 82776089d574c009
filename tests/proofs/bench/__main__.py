"""`python -m tests.proofs.bench`: measure, print a table and the ratios to the yardstick."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from tests.proofs.bench.measure import Plan, measure
from tests.proofs.bench.mp3 import make_mp3
from tests.proofs.bench.results import Result
from tests.proofs.bench.subjects import SUBJECTS, missing
from tests.proofs.bench.table import print_ratios, print_table

TRANSPORTS = ("sdk", "websocket")


def _listed(allowed: tuple[str, ...]) -> Callable[[str], list[str]]:
    def parse(text: str) -> list[str]:
        names = text.split(",")
        if wrong := [name for name in names if name not in allowed]:
            raise argparse.ArgumentTypeError(f"{wrong[0]} is none of {', '.join(allowed)}")
        return names

    return parse


def _numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """Return the parsed options."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.bench", description=__doc__)
    parser.add_argument("--panes", type=_numbers, default=[1, 4, 12], help="default: 1,4,12")
    parser.add_argument("--seconds", type=float, default=20.0, help="measured time (20)")
    parser.add_argument("--warm-up", type=float, default=5.0, help="seconds before it (5)")
    parser.add_argument(
        "--what",
        type=_listed(tuple(SUBJECTS)),
        default=["yardstick", "tui"],
        help=f"of {','.join(SUBJECTS)} (yardstick,tui)",
    )
    parser.add_argument(
        "--transport", type=_listed(TRANSPORTS), default=["sdk"], help="sdk,websocket (sdk)"
    )
    parser.add_argument("--silent", action="store_true", help="no words in any of the sound")
    parser.add_argument("--rounds", type=int, default=1, help="repeat all; medians are shown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="every figure of every round")
    return parser.parse_args(argv)


def plans(options: argparse.Namespace) -> list[Plan]:
    """Return what to measure; for each count the yardstick and the program are adjacent."""
    found = []
    for _ in range(options.rounds):
        for panes in options.panes:
            for what in options.what:
                transports = ["sdk"] if what == "yardstick" else options.transport
                found += [
                    Plan(what, transport, panes, options.warm_up, options.seconds, options.silent)
                    for transport in transports
                ]
    return found


def main() -> int:
    """Run all plans one after another; return the exit code."""
    options = arguments()
    for what in options.what:
        if lack := missing(what):
            print(f"cannot measure {what}: {lack}", file=sys.stderr)
            return 2
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="scribe-bench-") as folder:
        mp3 = make_mp3(Path(folder))
        for plan in plans(options):
            print(f"measuring {plan} ...", file=sys.stderr, flush=True)
            results.append(measure(plan, mp3))
            print_table(results[-1:], file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps([asdict(result) for result in results], indent=1))
    print_table(results)
    print_ratios(results)
    return 0


sys.exit(main())
