"""Bugs of single parts of the screen: told where they are, logged once, and nothing else stops.

A part is a widget and what it was doing ("draw", "text"); its fault stands until the same
thing succeeds. Texts of exceptions never reach log or screen: spoken text may be in them.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App

from scribe_tui.faults import fault

_log = logging.getLogger(__name__)

Part = tuple[object, str]


class FaultBoard:
    """What of the screen does not work at the moment."""

    def __init__(self) -> None:
        """All is well."""
        self._standing: dict[Part, str] = {}
        self._logged: set[str] = set()

    @property
    def standing(self) -> tuple[str, ...]:
        """The sentences of all faults that stand, oldest first."""
        return tuple(self._standing.values())

    def stand(self, owner: object, doing: str, what: str, error: BaseException) -> str:
        """`owner` failed at `doing`; returns the sentence that says so of `what`."""
        text = sentence(what, error)
        self._standing.setdefault((owner, doing), text)
        self.log(text, error)
        return text

    def clear(self, owner: object, doing: str) -> None:
        """`owner` can do it again."""
        if self._standing:
            self._standing.pop((owner, doing), None)

    def forget(self, owner: object) -> None:
        """`owner` is gone, and its faults with it."""
        for part in [part for part in self._standing if part[0] is owner]:
            del self._standing[part]

    def log(self, text: str, error: BaseException) -> None:
        """Write `error` into the diagnostics, the same one once: where, not what it says."""
        if text not in self._logged:
            self._logged.add(text)
            fault(_log, text, error)


def sentence(what: str, error: BaseException, verb: str = "cannot be drawn") -> str:
    """What is told: `the key bar cannot be drawn: KeyError in keys.py, line 34; ...`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{what} {verb}: {type(error).__name__}{place}; recording goes on"


def fault_board(app: App[Any]) -> FaultBoard:
    """The board of `app`; one of its own for an app that has none."""
    board = getattr(app, "faults", None)
    return board if isinstance(board, FaultBoard) else FaultBoard()


def guarded(
    board: FaultBoard, owner: object, doing: str, what: str, act: Callable[[], object]
) -> Exception | None:
    """Do `act`; a bug in it is told on `board` and returned, success clears it there."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - told and logged by the board
        board.stand(owner, doing, what, error)
        return error
    board.clear(owner, doing)
    return None
