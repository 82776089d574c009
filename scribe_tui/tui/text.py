"""Texts for the screen: clock times, durations, names cut to fit."""

from __future__ import annotations

import time

from scribe_tui.tui.rendering.signs import CLOSE_QUOTE, ELLIPSIS, OPEN_QUOTE
from scribe_tui.tui.rendering.wrap import cells_of, head


def clock(at: float) -> str:
    """Return the wall-clock instant `at` (epoch seconds) as HH:MM:SS in local time."""
    return time.strftime("%H:%M:%S", time.localtime(at))


def next_time(at: float, now: float) -> str:
    """Return `05:55` if `at` is on the day of `now`, else `Mon 05:55`; both are epoch seconds."""
    same_day = time.localtime(at)[:3] == time.localtime(now)[:3]
    return time.strftime("%H:%M" if same_day else "%a %H:%M", time.localtime(at))


def duration(seconds: float) -> str:
    """Return seconds as HH:MM:SS, with days in front if there are any."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{f'{days}d ' if days else ''}{hour:02}:{minute:02}:{second:02}"


def short_duration(seconds: float) -> str:
    """Return seconds as M:SS or H:MM:SS."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def ago(seconds: float) -> str:
    """Return `20 s ago`, `3 min ago`, `5 h ago`; empty below ten seconds.

    It changes in steps, so that a row with it need not be painted each second.
    """
    for unit, length, step in (("h", 3600, 1), ("min", 60, 1), ("s", 1, 10)):
        if (count := int(seconds // (length * step)) * step) > 0:
            return f"{count} {unit} ago"
    return ""


def cut_to_width(text: str, cells: int) -> str:
    """Return `text` cut to at most `cells` cells, with an ellipsis if something is missing."""
    if cells_of(text) <= cells:
        return text
    return head(text, cells - 1).rstrip() + ELLIPSIS if cells > 0 else ""


def column(text: str, cells: int) -> str:
    """Return `text` cut or padded to `cells` cells, the last of them blank."""
    shown = cut_to_width(text, cells - 1)
    return shown + " " * (cells - cells_of(shown))


def quoted(text: str) -> str:
    """Return `text` in quotation marks."""
    return f"{OPEN_QUOTE}{text}{CLOSE_QUOTE}"


def question_of_leaving(thing: str, running: int, waiting: int) -> str:
    """Return the question before leaving: `2 panes are running, 1 waits for its time. ...`."""
    runs = f"{count_of(running, thing)} {'is' if running == 1 else 'are'} running"
    waits = "waits for its time" if waiting == 1 else "wait for their time"
    if not running:
        return f"{count_of(waiting, thing)} {waits}. Save and quit?"
    if waiting:
        return f"{runs}, {waiting} {waits}. Stop all, save and quit?"
    return f"{runs}. Stop {'it' if running == 1 else 'them'}, save and quit?"


def count_of(number: int, thing: str) -> str:
    """Return number and noun: `1 pane`, `3 panes`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
