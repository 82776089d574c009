"""`python -m tests.proofs.thin_line`: what a wall of panes sends to its terminal, by its parts.

The real app in virtual time over people who speak without end, four partials a second each,
and over sources without a sound. Bytes a second, counted, not measured: the same everywhere.
"""

from __future__ import annotations

import argparse
import sys

from tests.support.counted import Case, bytes_per_second

SIZES = ((80, 24), (200, 50))


def main() -> int:
    """Print a table; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.thin_line", description=__doc__)
    parser.add_argument("--panes", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args()
    cases = [
        Case(*size, speaks=speaks, low_bandwidth=low, panes=options.panes)
        for low in (False, True)
        for speaks in (True, False)
        for size in SIZES
    ]
    for case in cases:
        counted = bytes_per_second(case, options.seconds)
        parts = ", ".join(f"{where} {size}" for where, size in counted.most_common() if size)
        print(f"{case!s:44}{counted.total():7,} B/s: {parts}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
