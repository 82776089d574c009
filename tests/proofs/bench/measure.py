"""One measurement: start load and subject, warm up, measure a steady window, stop, compute."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.proofs.bench import analysis
from tests.proofs.bench.mp3 import BYTES_PER_SECOND
from tests.proofs.bench.process_tree import (
    busy_seconds,
    cpu_seconds,
    decoder_seconds,
    pss_bytes,
    tree,
)
from tests.proofs.bench.results import Result
from tests.proofs.bench.subjects import COLUMNS, ROWS, SUBJECTS, Load, Region, Subject, Terminal
from tests.support.profiles import speech_side
from tests.support.side import Side

START_SECONDS = 90.0
"""Longest wait in seconds for text on every connection."""
KEY_PRESSES = 8
KEY_EVERY_SECONDS = 0.7
GRACE_SECONDS = 1.0
"""Seconds before the end of the window in which a sent text may arrive too late to be seen."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure."""

    what: str
    transport: str
    panes: int
    warm_up_seconds: float
    seconds: float
    silent: bool = False

    def __str__(self) -> str:
        kind = f"{self.transport}, silent" if self.silent else self.transport
        return f"{self.what} ({kind}), {self.panes} panes, {self.seconds:g} s"


@dataclass(frozen=True, slots=True)
class _Window:
    """The steady part: its instants, and what the processes used in it and hold at its end."""

    start: float
    end: float
    cpu: float
    decoder_cpu: float
    machine_busy: float
    pss: int
    processes: int


def endpoint_side(*, silent: bool) -> Side:
    """Start the endpoint; a silent one finds no words in any sound."""
    return speech_side("silent" if silent else "load")


def measure(plan: Plan, mp3: Path) -> Result:
    """Run `plan`. Raises TimeoutError if a connection never gets text."""
    with (
        tempfile.TemporaryDirectory(prefix="scribe-bench-") as folder,
        Side("tests.support.radio", str(mp3), str(BYTES_PER_SECOND)) as radio,
        endpoint_side(silent=plan.silent) as endpoint,
    ):
        urls = [f"http://127.0.0.1:{radio.port}/{number}" for number in range(1, plan.panes + 1)]
        load = Load(urls, endpoint.port, plan.transport, Path(folder))
        with SUBJECTS[plan.what](load) as subject:
            wait_until_busy(endpoint, plan.panes, subject)
            time.sleep(plan.warm_up_seconds)
            window = _observe(subject, plan.seconds)
            pressed = _press_commit(subject) if plan.what == "tui" and not plan.silent else []
            regions = subject.regions()
            report = endpoint.ask("report")
    return _result(plan, subject, regions, window, pressed, report)


def wait_until_busy(endpoint: Side, panes: int, subject: Subject) -> None:
    until = time.monotonic() + START_SECONDS
    while (busy := endpoint.ask("busy")) < panes:
        if time.monotonic() > until:
            shown = analysis.last_shown(subject.recording.pieces, COLUMNS, ROWS)
            raise TimeoutError(f"{busy} of {panes} connections in time; it shows:\n{shown}")
        time.sleep(0.1)


def _observe(subject: Subject, seconds: float) -> _Window:
    roots = subject.roots()
    cpu, decoders, busy = cpu_seconds(roots), decoder_seconds(roots), busy_seconds()
    start = time.monotonic()
    time.sleep(seconds)
    span = (end := time.monotonic()) - start
    return _Window(
        start,
        end,
        (cpu_seconds(roots) - cpu) / span,
        (decoder_seconds(roots) - decoders) / span,
        (busy_seconds() - busy) / span,
        pss_bytes(roots),
        len(tree(roots)),
    )


def _press_commit(subject: Subject) -> list[float]:
    """Press the commit key of the first pane several times; return when each was pressed."""
    assert isinstance(subject, Terminal)
    pressed = []
    for _ in range(KEY_PRESSES):
        pressed.append(subject.press(b"c"))
        time.sleep(KEY_EVERY_SECONDS)
    return pressed


def _result(
    plan: Plan,
    subject: Subject,
    regions: list[Region],
    window: _Window,
    pressed: list[float],
    report: list[dict[str, Any]],
) -> Result:
    pieces = list(subject.recording.pieces)
    if subject.on_screen:
        seen, first = analysis.seen_on_screen(pieces, COLUMNS, ROWS, regions)
    else:
        seen, first = analysis.seen_in_stream(pieces)
    delays = {True: list[float](), False: list[float]()}
    texts = 0
    in_view = [each for each in report if any(token in seen for token, _, _ in each["sent"])]
    for connection in in_view:
        for token, committed, at in connection["sent"]:
            if window.start <= at < window.end - GRACE_SECONDS:
                texts += 1
                if token in seen:
                    delays[committed].append(1000 * (seen[token] - at))
    both = delays[False] + delays[True]
    audio = [connection["audio"] for connection in report]
    paces = [p for a in audio if (p := analysis.pace(a, window.start, window.end)) is not None]
    return Result(
        what=plan.what,
        transport=plan.transport,
        panes=plan.panes,
        silent=plan.silent,
        cpu=window.cpu,
        decoder_cpu=window.decoder_cpu,
        pss_mb=window.pss / 1e6,
        bytes_per_second=subject.recording.bytes_between(window.start, window.end)
        / (window.end - window.start),
        delay_p50_ms=analysis.percentile(both, 0.50),
        delay_p95_ms=analysis.percentile(both, 0.95),
        delay_p99_ms=analysis.percentile(both, 0.99),
        committed_p95_ms=analysis.percentile(delays[True], 0.95),
        key_ms=_key_to_text(pressed, report, seen),
        texts=texts,
        unseen=texts - len(both),
        panes_seen=len(in_view),
        pace_min=min(paces, default=None),
        pace_max=max(paces, default=None),
        first_frame_seconds=None if first is None else first - subject.started_at,
        all_partials_seconds=_last_to_speak(report, seen, subject.started_at),
        connections=len(report),
        processes=window.processes,
        machine_busy=window.machine_busy,
        violations=[wrong for connection in report for wrong in connection["violations"]],
    )


def _key_to_text(
    pressed: list[float], report: list[dict[str, Any]], seen: dict[str, float]
) -> float | None:
    """Return the median milliseconds from a key press to the answer on the screen."""
    shown = sorted(seen[token] for each in report for token in each["answers"] if token in seen)
    if not pressed or len(pressed) != len(shown):
        return None
    return median(1000 * (at - key) for key, at in zip(pressed, shown, strict=True))


def _last_to_speak(
    report: list[dict[str, Any]], seen: dict[str, float], started_at: float
) -> float | None:
    """Return the seconds from the start until the first text of every connection.

    Text counts when it is seen or, for a pane below the edge of the screen, when it is sent.
    """
    firsts = []
    for connection in report:
        sent = connection["sent"]
        times = [seen[token] for token, _, _ in sent if token in seen] or [at for *_, at in sent]
        if not times:
            return None
        firsts.append(min(times))
    return max(firsts) - started_at if firsts else None
