"""The figures of one measurement."""

from __future__ import annotations

from dataclasses import dataclass, fields
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one measurement; None: not measured. CPU is a share of one core, 1.0 is all."""

    what: str
    transport: str
    panes: int
    silent: bool
    cpu: float
    decoder_cpu: float
    pss_mb: float
    bytes_per_second: float
    delay_p50_ms: float | None
    delay_p95_ms: float | None
    delay_p99_ms: float | None
    committed_p95_ms: float | None
    key_ms: float | None
    """Milliseconds from pressing the commit key to the committed text, the median of several."""
    texts: int
    unseen: int
    panes_seen: int
    pace_min: float | None
    pace_max: float | None
    first_frame_seconds: float | None
    all_partials_seconds: float | None
    connections: int
    processes: int
    machine_busy: float
    """Use of all cores by the whole machine, as a share of one core, load and others included."""
    violations: list[str]


def medians(results: list[Result]) -> list[Result]:
    """Return one result for each subject, transport and count: the median of each figure."""
    groups: dict[tuple[str, str, int, bool], list[Result]] = {}
    for result in results:
        key = (result.what, result.transport, result.panes, result.silent)
        groups.setdefault(key, []).append(result)
    return [_median(group) for group in groups.values()]


def _median(group: list[Result]) -> Result:
    figures: dict[str, Any] = {}
    for field in fields(Result):
        values = [getattr(result, field.name) for result in group]
        known = [value for value in values if isinstance(value, int | float)]
        figures[field.name] = median(known) if known else values[0]
    return Result(**figures)
