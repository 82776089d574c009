"""Results for people: a table, and the program's costs as multiples of the yardstick's."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

from tests.proofs.bench.results import Result, medians

Column = tuple[str, int, Callable[[Result], str]]


def _number(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


_COLUMNS: list[Column] = [
    ("what", 10, lambda r: r.what),
    ("transport", 10, lambda r: r.transport),
    ("panes", 5, lambda r: f"{r.panes}"),
    ("CPU %", 6, lambda r: f"{100 * r.cpu:.1f}"),
    ("a pane", 6, lambda r: f"{100 * r.cpu / r.panes:.2f}"),
    ("decoders", 8, lambda r: f"{100 * r.decoder_cpu:.1f}"),
    ("PSS MB", 7, lambda r: f"{r.pss_mb:.0f}"),
    ("kB/s", 6, lambda r: f"{r.bytes_per_second / 1000:.1f}"),
    ("p50 ms", 7, lambda r: _number(r.delay_p50_ms, ".1f")),
    ("p95 ms", 7, lambda r: _number(r.delay_p95_ms, ".1f")),
    ("p99 ms", 7, lambda r: _number(r.delay_p99_ms, ".1f")),
    ("commit95", 8, lambda r: _number(r.committed_p95_ms, ".1f")),
    ("key ms", 6, lambda r: _number(r.key_ms, ".1f")),
    ("seen", 4, lambda r: f"{r.panes_seen:.0f}"),
    ("unseen", 8, lambda r: f"{r.unseen:.0f}/{r.texts:.0f}"),
    ("pace min", 8, lambda r: _number(r.pace_min, ".4f")),
    ("max", 7, lambda r: _number(r.pace_max, ".4f")),
    ("frame s", 7, lambda r: _number(r.first_frame_seconds, ".2f")),
    ("text s", 7, lambda r: _number(r.all_partials_seconds, ".2f")),
    ("conns", 5, lambda r: f"{r.connections:.0f}"),
    ("machine", 7, lambda r: f"{100 * r.machine_busy:.0f}"),
]


def print_table(results: list[Result], file: TextIO = sys.stdout) -> None:
    """Print one line for each subject and count, with medians if there were several rounds."""
    print("  ".join(name.rjust(width) for name, width, _ in _COLUMNS), file=file)
    for result in medians(results):
        print("  ".join(show(result).rjust(width) for _, width, show in _COLUMNS), file=file)
        for violation in result.violations[:3]:
            print(f"    the endpoint refused: {violation}", file=file)


def ratios(result: Result, yardstick: Result) -> dict[str, float | None]:
    """Return the figures of `result` as multiples of those of `yardstick`."""
    pairs = {
        "CPU": (result.cpu, yardstick.cpu),
        "memory": (result.pss_mb, yardstick.pss_mb),
        "bytes": (result.bytes_per_second, yardstick.bytes_per_second),
        "p50": (result.delay_p50_ms, yardstick.delay_p50_ms),
        "p95": (result.delay_p95_ms, yardstick.delay_p95_ms),
    }
    return {
        name: ours / theirs if ours and theirs else None for name, (ours, theirs) in pairs.items()
    }


def print_ratios(results: list[Result], file: TextIO = sys.stdout) -> None:
    """Print every subject relative to the yardstick of the same count, if both were measured."""
    found = medians(results)
    yardsticks = {result.panes: result for result in found if result.what == "yardstick"}
    if not yardsticks:
        return
    print("\nfor one of the yardstick (quick-start scripts in tmux):", file=file)
    for result in found:
        if result.what == "yardstick" or result.panes not in yardsticks:
            continue
        shown = ratios(result, yardsticks[result.panes]).items()
        told = "  ".join(f"{name} {_number(value, '.2f')}" for name, value in shown)
        print(f"  {result.what} {result.transport} {result.panes:>3}: {told}", file=file)
