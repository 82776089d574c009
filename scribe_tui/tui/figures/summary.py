"""The summary line as a row: trouble first, in the longest words that fit. Pure data."""

from __future__ import annotations

from typing import NamedTuple

from scribe_tui.tui.figures.display_status import TROUBLED, DisplayStatus
from scribe_tui.tui.figures.totals import Summary
from scribe_tui.tui.rendering.signs import BAR
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.text import count_of, short_duration

SHORT = {
    DisplayStatus.CONNECTING: "conn.",
    DisplayStatus.DRAINING: "drain.",
    DisplayStatus.WAITING: "wait.",
    DisplayStatus.PAUSED: "pause",
    DisplayStatus.DEAD_AIR: "dead",
}
QUIET = (
    DisplayStatus.ENDED,
    DisplayStatus.DRAINING,
    DisplayStatus.WAITING,
    DisplayStatus.CONNECTING,
    DisplayStatus.LIVE,
)
"""Statuses left out first, in this order, if there is not room for all."""
SHOWN = (DisplayStatus.LIVE, *(how for how in DisplayStatus if how is not DisplayStatus.LIVE))


class SummaryField(NamedTuple):
    """One item of the summary, in forms from the longest to the shortest; "" leaves it out."""

    name: str
    part: str
    forms: tuple[str, ...]
    begins_group: bool = False


SQUEEZED = (
    "words", "cost", "sources", "words", "cost", "hits", *QUIET, "cost", "not heard", "saved",
    *SHOWN, "hits",
)  # fmt: skip
"""The fields that take their next shorter form, in this order, until everything fits."""
GAP, BETWEEN = "  ", f" {BAR} "


def summary_row(width: int, summary: Summary, currency: str = "USD", bar: str = BETWEEN) -> Row:
    """Return `summary` in at most `width` cells; problems are shortened last."""
    fields = [one for one in _fields(summary, currency) if one.forms[0]]
    for name in (*SQUEEZED, *SQUEEZED, *SQUEEZED):
        row = _joined(fields, bar)
        if width_of(row) <= width:
            return row
        fields = [_shorter(one) if one.name == name else one for one in fields]
    return _joined([one for one in fields if one.part in ("bad", "hit")], bar)


def _fields(summary: Summary, currency: str) -> list[SummaryField]:
    fields = [SummaryField("sources", "plain", (count_of(summary.sources, "source"), ""))]
    normal = summary.counts.get(DisplayStatus.LIVE, 0) == summary.sources
    counts = {how: summary.counts.get(how, 0) for how in SHOWN}
    if not normal:
        fields += [_status_field(how, count) for how, count in counts.items() if count]
    if summary.warned:
        fields.append(SummaryField("warned", "warn", (f"{summary.warned} warned",)))
    groups = (
        _hits(summary),
        _words(summary),
        _unheard(summary),
        _cost(summary, currency),
        _saved(summary),
    )
    return [*fields, *(one._replace(begins_group=True) for one in groups)]


def _status_field(how: DisplayStatus, count: int) -> SummaryField:
    forms = [f"{count} {how}"]
    if how in SHORT:
        forms.append(f"{count} {SHORT[how]}")
    if how in TROUBLED:
        part = "warn" if how is DisplayStatus.DEAD_AIR else "bad"
        return SummaryField(how, part, tuple(forms))
    return SummaryField(how, "warn" if how is DisplayStatus.PAUSED else "plain", (*forms, ""))


def _hits(summary: Summary) -> SummaryField:
    if not summary.hits:
        return SummaryField("hits", "plain", ("",))
    if summary.new_hits:
        text = f"hits {summary.hits}, {summary.new_hits} new"
        return SummaryField("hits", "hit", (text, count_of(summary.new_hits, "new hit")))
    return SummaryField("hits", "plain", (f"hits {summary.hits}", ""))


def _words(summary: Summary) -> SummaryField:
    if summary.words_per_minute is None:
        return SummaryField("words", "plain", ("",))
    count = summary.words_per_minute
    return SummaryField("words", "plain", (f"{count} words/min", f"{count} w/min", ""))


def _unheard(summary: Summary) -> SummaryField:
    if summary.not_heard_seconds < 1:
        return SummaryField("not heard", "plain", ("",))
    length = short_duration(summary.not_heard_seconds)
    return SummaryField("not heard", "warn", (f"not heard {length}", f"missed {length}"))


def _cost(summary: Summary, currency: str) -> SummaryField:
    if not (summary.cost or summary.cost_per_hour):
        return SummaryField("cost", "plain", ("",))
    so_far = f"{summary.cost:.2f} {currency}"
    if summary.cost_per_hour is None:
        return SummaryField("cost", "plain", (so_far, ""))
    return SummaryField("cost", "plain", (f"{so_far}, {summary.cost_per_hour:.2f}/h", so_far, ""))


def _saved(summary: Summary) -> SummaryField:
    if summary.saved:
        return SummaryField("saved", "plain", ("saved", ""))
    return SummaryField("saved", "bad", ("NOT SAVED",))


def _shorter(field: SummaryField) -> SummaryField:
    return field._replace(forms=field.forms[1:]) if len(field.forms) > 1 else field


def _joined(fields: list[SummaryField], bar: str) -> Row:
    row: list[Piece] = [Piece("plain", " ")]
    begins_group = False
    for field in fields:
        begins_group |= field.begins_group
        if not (text := field.forms[0]):
            continue
        if len(row) > 1:
            row.append(Piece("plain", bar if begins_group else GAP))
        row.append(Piece(field.part, text))
        begins_group = False
    return tuple(row)
