"""Chained lines: each has a number and the digest of the line before, so that changes show.

A chained record has two more fields: `line`, counting from 1 within its session's journal
and on through all its parts, and `before`, the SHA-256 in hexadecimal of the line before it
without its line feed (of the first line: 64 zeros).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scribe_tui.event_records import to_line

START = "0" * 64


class Chain:
    """Makes the chained lines of one journal."""

    def __init__(self) -> None:
        self._number = 0
        self._before = START

    def line_of(self, record: dict[str, Any]) -> bytes:
        """Return the record as the next line of the chain."""
        self._number += 1
        line = to_line({**record, "line": self._number, "before": self._before})
        self._before = line_digest(line)
        return line


def line_digest(line: bytes) -> str:
    """Return the digest of a line, as the next line carries it: SHA-256 in hexadecimal."""
    return hashlib.sha256(line.removesuffix(b"\n")).hexdigest()


def number_of(line: bytes) -> int | None:
    """Return a line's number in its chain; None for a line without one."""
    number = _record(line).get("line")
    return number if type(number) is int else None


@dataclass(slots=True)
class Verdict:
    """What the lines of one journal prove.

    `lines`: lines read; `chained`: those with number and digest. `findings`: one sentence for each
    place that differs from what was written. `lost`: lines that the journal itself reports as lost.
    `deleted`: number of lines before the first one that retention deleted. `torn`: the last line is
    incomplete. `ended`: the session's end is there; after it only lines that follow from it can be
    missing (withdrawn hits). `last`: the digest of the last line, which covers all lines before.
    """

    lines: int = 0
    chained: int = 0
    findings: list[str] = field(default_factory=list)
    lost: int = 0
    deleted: int = 0
    torn: bool = False
    ended: bool = False
    last: str = START


BEGIN, ENDS = "session_start", ("session_end", "remove")
MAX_FINDINGS = 20


def verify_lines(lines: Iterable[bytes], deleted: Mapping[int, str] | None = None) -> Verdict:
    """Check the lines of one journal, all its parts in order.

    `deleted`: number and digest of the last line of each part that retention deleted. The first
    remaining line must follow one of them.
    """
    verdict = Verdict()
    expected = 1
    for line in lines:
        verdict.lines += 1
        if not line.endswith(b"\n"):
            verdict.torn = True
            continue
        record = _record(line)
        number, before = record.get("line"), record.get("before")
        if record.get("type") in (*ENDS, BEGIN):
            verdict.ended = record["type"] in ENDS
        if record.get("type") == "lines_lost" and isinstance(record.get("lines"), int):
            verdict.lost += record["lines"]
        if type(number) is int and isinstance(before, str):
            verdict.chained += 1
            if verdict.lines == 1 and before == (deleted or {}).get(number - 1):
                verdict.deleted, verdict.last, expected = number - 1, before, number
            _compare(verdict, number, before, expected)
            expected = number + 1
        else:
            _find(verdict, f"line {verdict.lines} of the files carries no number")
        verdict.last = line_digest(line)
    return verdict


def _compare(verdict: Verdict, number: int, before: str, expected: int) -> None:
    if number > expected:
        what = (
            f"line {expected} is"
            if number == expected + 1
            else (f"lines {expected} to {number - 1} are")
        )
        _find(verdict, f"{what} missing")
    elif number < expected:
        _find(verdict, f"line {number} stands where line {expected} belongs")
    elif before != verdict.last:
        what = "the beginning" if number == 1 else f"line {number - 1}"
        _find(verdict, f"{what} is not as it was when line {number} was written")


def _find(verdict: Verdict, finding: str) -> None:
    if len(verdict.findings) < MAX_FINDINGS:
        verdict.findings.append(finding)
    elif len(verdict.findings) == MAX_FINDINGS:
        verdict.findings.append("and more")


def _record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return record if isinstance(record, dict) else {}
