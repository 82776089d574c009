"""The bottom of a pane: the error, then lights, level, time, progress and the last event."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

from scribe_tui.events import State
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot, StandingError
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.signs import BELOW
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.rendering.wrap import cells_of, wrap
from scribe_tui.tui.text import ago, count_of, cut_to_width, duration, short_duration
from scribe_tui.tui.widgets.activity_lights import activity_lights
from scribe_tui.tui.widgets.meter import meter

METER_CELLS, SHORT_METER_CELLS = 8, 4
ROOMY_WIDTH = 36
"""Narrower panes have a short meter, and no meter and time if something more urgent is shown."""
BEHIND_SECONDS = 2.0
"""Sound that waits longer than this to be sent is mentioned."""
MAX_ERROR_ROWS = 6
NORMAL = frozenset({"connected", "sound arrives", "commit sent", "sound again", "resumed"})
SAID_ELSEWHERE = frozenset({"committed", "dead air", "paused", *State})
"""Events that the text, or the word in the header, shows already."""
WARNED = "the service warns"
"""How a last event begins that the sentence above it already says in full."""
FRESH_SECONDS = 20.0
LOW_BANDWIDTH_CELLS, LOW_BANDWIDTH_SECONDS = 2, 10
"""Steps of meters (cells) and clocks (seconds) when little is sent to the terminal."""
MIN_PIECE = 10
"""Least cells for a text that must be cut; with less room it is left out."""


class Offer(NamedTuple):
    """A text to show in `part`; `forms` are its versions from the longest to the shortest."""

    part: str
    forms: tuple[str, ...]

    def within(self, cells: int) -> str:
        """Return the longest form that fits, else the shortest one cut, else an empty string."""
        whole = next((form for form in self.forms if cells_of(form) <= cells), None)
        if whole is not None:
            return whole
        return cut_to_width(self.forms[-1], cells) if cells >= MIN_PIECE else ""


class PaneStatus(RowsWidget):
    """One row, and above it the standing error or a warning if there is room."""

    STYLE = "pane-status"
    WHAT = "this status"
    PARTS = (
        "lit",
        "unlit",
        "level",
        "loud",
        "hot",
        "track",
        "time",
        "note",
        "event",
        "error",
        "scrolled",
    )

    def __init__(self) -> None:
        """Start one row high."""
        super().__init__()
        self._height = 1

    def show_snapshot(  # noqa: PLR0913 - what a status is made of
        self,
        snapshot: SessionSnapshot,
        now: float,
        *,
        error_rows: int,
        new_lines: int | None,
        waits: str = "",
        held: bool = False,
        heard: bool = False,
    ) -> None:
        """Show `snapshot` as of `now`, with at most `error_rows` rows above.

        `new_lines` is the number of lines added since the pane left its tail, or None while it
        follows it. `waits` says what the session waits for if its schedule keeps it off. `held`:
        its text is held; `heard`: its sound is played on the speakers.
        """
        width = self.outer_size.width or 80
        limit = min(error_rows, MAX_ERROR_ROWS)
        rows = error_sentence(snapshot.trouble, width, limit)
        if snapshot.warning and not snapshot.trouble:
            rows = cut_rows("note", snapshot.warning, width, limit)
            if rows and snapshot.last_event.startswith(WARNED):
                snapshot = replace(snapshot, last_event="")
        inline = bool(snapshot.trouble) and not rows
        rows.append(
            status_row(
                snapshot,
                width,
                now,
                inline_error=inline,
                new_lines=new_lines,
                waits=waits,
                held=held,
                heard=heard,
                low_bandwidth=self.low_bandwidth,
            )
        )
        if len(rows) != self._height:
            self._height = self.styles.height = len(rows)
        self.show(rows)


def error_sentence(trouble: StandingError | None, width: int, limit: int) -> list[Row]:
    """Return the whole error in at most `limit` rows; the last ends in an ellipsis if cut."""
    return [] if trouble is None else cut_rows("error", trouble.message, width, limit)


def cut_rows(part: str, text: str, width: int, limit: int) -> list[Row]:
    """Return `text` in at most `limit` rows of `part`; the last ends in an ellipsis if cut."""
    if limit <= 0:
        return []
    spans = list(wrap(text, width - 2))
    rows = [text[first:last] for first, last in spans[:limit]]
    if len(spans) > limit:
        rows[-1] = cut_to_width(text[spans[limit - 1][0] :], width - 2)
    return [(Piece(part, f" {row}"),) for row in rows]


def status_row(  # noqa: PLR0913 - what a row is made of
    snapshot: SessionSnapshot,
    width: int,
    now: float,
    *,
    inline_error: bool,
    new_lines: int | None,
    waits: str = "",
    held: bool = False,
    heard: bool = False,
    low_bandwidth: bool = False,
) -> Row:
    """Return lights, level and elapsed time, then what fits by urgency; the scroll note last."""
    row: list[Piece] = [Piece("track", " ")]
    if snapshot.state not in OVER:
        row += [*activity_lights(snapshot.lights), Piece("track", " ")]
    urgent = _urgent(snapshot, now, inline_error)
    if waits:
        urgent.append(Offer("note", (waits,)))
    if heard:
        urgent.append(Offer("note", ("on your speakers", "on speakers")))
    roomy = width >= ROOMY_WIDTH
    if roomy or not (urgent or new_lines is not None):
        cells, step = (
            METER_CELLS if roomy else SHORT_METER_CELLS,
            LOW_BANDWIDTH_CELLS if low_bandwidth else 1,
        )
        row += _level(snapshot, cells, step)
        row.append(Piece("time", duration(_stepped(snapshot.elapsed_seconds, low_bandwidth))))
    used = width_of(row)
    right = _scroll_note(new_lines, held, width - used - 1)
    room = width - cells_of(right.text)
    for offer in (*urgent, *_calm(snapshot, now, low_bandwidth)):
        gap = "" if row[-1].text == " " else "  "
        text = offer.within(room - used - len(gap))
        if not text:
            break
        row.append(Piece(offer.part, gap + text))
        used += len(gap) + cells_of(text)
    if right.text:
        row += [Piece("track", " " * (room - used)), right]
    return tuple(row)


def _stepped(seconds: float, low_bandwidth: bool) -> float:
    return seconds // LOW_BANDWIDTH_SECONDS * LOW_BANDWIDTH_SECONDS if low_bandwidth else seconds


def _level(snapshot: SessionSnapshot, cells: int, step: int) -> tuple[Piece, ...]:
    """Return the meter, and the gain by which quiet sound is raised before it is sent."""
    if snapshot.level_dbfs is None or snapshot.state in OVER:
        return ()
    gain = round(snapshot.gain_db)
    raised = f" +{gain} dB" if gain and cells == METER_CELLS else ""
    return (*meter(snapshot.level_dbfs, cells, step), Piece("time", raised), Piece("track", " "))


def _urgent(snapshot: SessionSnapshot, now: float, inline_error: bool) -> list[Offer]:
    offers = []
    trouble = snapshot.trouble
    if trouble is not None:
        if trouble.retry_at is not None:
            offers.append(Offer("error", next_try(trouble, now)))
        if inline_error:
            offers.append(Offer("error", (trouble.message,)))
    if snapshot.behind_seconds > BEHIND_SECONDS:
        offers.append(Offer("note", (f"{snapshot.behind_seconds:.1f} s behind",)))
    if snapshot.overruns:
        offers.append(Offer("note", (count_of(snapshot.overruns, "overrun"),)))
    return offers


def _calm(snapshot: SessionSnapshot, now: float, low_bandwidth: bool) -> list[Offer]:
    offers = []
    if snapshot.duration_seconds and snapshot.position_seconds is not None:
        over = snapshot.state in OVER
        position = _stepped(snapshot.position_seconds, low_bandwidth and not over)
        forms = progress(position, snapshot.duration_seconds, over)
        offers.append(Offer("time", forms))
    age = now - (snapshot.last_event_at or now)
    if _is_news(snapshot, age):
        text = snapshot.last_event
        offers.append(Offer("event", (f"{text} {ago(age)}".rstrip(), text)))
    return offers


def _is_news(snapshot: SessionSnapshot, age: float) -> bool:
    """Return whether to show the last event; a normal one only while it is recent."""
    event = snapshot.last_event
    if not event or event in SAID_ELSEWHERE:
        return False
    return event not in NORMAL or age < FRESH_SECONDS


def progress(position: float, duration: float, over: bool) -> tuple[str, ...]:
    """Return forms for the progress in a file of `duration` seconds; no rest once it is `over`."""
    done = f"{math.floor(min(1.0, position / duration) * 100)} %"
    if over:
        return f"{done} of {short_duration(duration)}", done
    left = f"{short_duration(duration - position)} left"
    return f"{done}, {left}", left, done


def next_try(trouble: StandingError, now: float) -> tuple[str, ...]:
    """Return forms such as `next try in 8 s (3)`: seconds left and number of the next try."""
    wait = max(0, math.ceil((trouble.retry_at or now) - now))
    count = f" ({trouble.attempt})" if trouble.attempt else ""
    if not wait:
        return f"trying{count}", "trying"
    return f"next try in {wait} s{count}", f"next try in {wait} s", f"in {wait} s"


def _scroll_note(new_lines: int | None, held: bool, room: int) -> Piece:
    """Return the note that the pane does not follow, and how many lines it misses."""
    if new_lines is None:
        return Piece("scrolled", "")
    if new_lines:
        forms = [
            f" {BELOW} {count_of(new_lines, 'new line')}, End: live ",
            f" {BELOW} {count_of(new_lines, 'new line')} ",
            f" {BELOW} {new_lines} ",
        ]
    else:
        how = "held" if held else "scrolled"
        forms = [f" {how}, End: live ", f" {how} ", f" {BELOW} "]
    return Piece("scrolled", next((form for form in forms if cells_of(form) <= room), forms[-1]))
