"""`python -m tests.proofs.chaos`: run, print the verdict, exit 1 if the promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import random
import sys

from tests.proofs.chaos.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.chaos", description=__doc__)
    parser.add_argument("--panes", type=int, default=16)
    parser.add_argument("--minutes", type=float, default=10.0, help="at most 25")
    parser.add_argument("--every", type=float, default=10.0, help="seconds from fault to fault")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--record", type=argparse.FileType("w"), help="file for all events")
    options = parser.parse_args()
    verdict = asyncio.run(
        run(options.panes, options.minutes * 60, options.seed, options.every, options.record)
    )
    print(verdict)
    return 1 if verdict.wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
