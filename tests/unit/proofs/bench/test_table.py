"""Medians of rounds, and what one costs for one of the other."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from tests.proofs.bench.results import Result, medians
from tests.proofs.bench.table import print_ratios, print_table, ratios

YARDSTICK = Result(
    what="yardstick",
    transport="sdk",
    panes=12,
    silent=False,
    cpu=0.15,
    decoder_cpu=0.03,
    pss_mb=600.0,
    bytes_per_second=30_000.0,
    delay_p50_ms=1.0,
    delay_p95_ms=2.0,
    delay_p99_ms=3.0,
    committed_p95_ms=2.0,
    key_ms=None,
    texts=912,
    unseen=0,
    panes_seen=12,
    pace_min=0.999,
    pace_max=1.001,
    first_frame_seconds=0.02,
    all_partials_seconds=8.9,
    connections=12,
    processes=26,
    machine_busy=0.6,
    violations=[],
)
TUI = replace(YARDSTICK, what="tui", cpu=0.1, pss_mb=150.0, bytes_per_second=7500.0)


def test_the_median_of_each_figure_on_its_own():
    rounds = [replace(TUI, cpu=cpu, delay_p50_ms=delay) for cpu, delay in ((1, 9), (2, 8), (9, 7))]
    (found,) = medians([*rounds])
    assert (found.what, found.cpu, found.delay_p50_ms, found.panes) == ("tui", 2, 8, 12)


def test_rounds_of_other_counts_stay_apart():
    assert len(medians([TUI, replace(TUI, panes=1), YARDSTICK])) == 3


def test_ratios_compare_with_the_yardstick():
    found = ratios(replace(TUI, delay_p95_ms=None), YARDSTICK)
    assert found["memory"] == found["bytes"] == 0.25
    assert found["CPU"] == pytest.approx(2 / 3)
    assert found["p95"] is None


def test_what_is_printed():
    out = io.StringIO()
    print_table([YARDSTICK, replace(TUI, violations=["audio: odd"], pace_min=None)], out)
    print_ratios([YARDSTICK, TUI], out)
    text = out.getvalue()
    assert "the endpoint refused: audio: odd" in text
    assert "tui sdk  12: CPU 0.67  memory 0.25  bytes 0.25" in text


def test_no_yardstick_no_ratios():
    out = io.StringIO()
    print_ratios([TUI], out)
    assert out.getvalue() == ""
