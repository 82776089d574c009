"""Bugs of single parts of the screen: shown in their place, logged once; the rest goes on.

A part is a widget and an action of it ("draw", "text"); its fault stands until that action
succeeds. Messages of exceptions are never shown or logged, because they may quote transcript text.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual.app import App
from textual.dom import DOMNode

from scribe_tui.faults import log_fault

_log = logging.getLogger(__name__)

Part = tuple[object, str]


class StandingFaults:
    """The parts of the screen that do not work at the moment."""

    def __init__(self) -> None:
        self._standing: dict[Part, str] = {}
        self._logged: set[str] = set()

    @property
    def standing(self) -> tuple[str, ...]:
        """The sentences of all faults that stand, oldest first."""
        return tuple(self._standing.values())

    def stand(
        self,
        owner: object,
        doing: str,
        what: str,
        error: BaseException,
        verb: str = "cannot be drawn",
    ) -> str:
        """Record that `owner` failed at `doing`; return the sentence `what`, `verb`, and why."""
        text = sentence(what, error, verb)
        self._standing.setdefault((owner, doing), text)
        self.log(text, error)
        return text

    def clear(self, owner: object, doing: str) -> None:
        """Record that `owner` succeeded at `doing`."""
        if self._standing:
            self._standing.pop((owner, doing), None)

    def forget(self, owner: object) -> None:
        """Remove all faults of `owner`: it was removed from the screen."""
        for part in [part for part in self._standing if part[0] is owner]:
            del self._standing[part]

    def forget_all_in(self, part: DOMNode) -> None:
        """Remove the faults of `part` and of everything in it, because it is closed."""
        for owner in {owner for owner, _ in self._standing}:
            if isinstance(owner, DOMNode) and part in owner.ancestors_with_self:
                self.forget(owner)

    def log(self, text: str, error: BaseException) -> None:
        """Log `error`, each sentence once; see `log_fault`."""
        if text not in self._logged:
            self._logged.add(text)
            log_fault(_log, text, error)


def sentence(what: str, error: BaseException, verb: str = "cannot be drawn") -> str:
    """Return a sentence: `the key bar cannot be drawn: KeyError in keys.py, line 34; ...`."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    return f"{what} {verb}: {type(error).__name__}{place}; recording goes on"


def faults_of(app: App[Any]) -> StandingFaults:
    """Return the faults of `app`; a new, empty object for an app without them."""
    faults = getattr(app, "faults", None)
    return faults if isinstance(faults, StandingFaults) else StandingFaults()


def guarded(
    faults: StandingFaults, owner: object, doing: str, what: str, act: Callable[[], object]
) -> Exception | None:
    """Call `act`. An exception is recorded in `faults` and returned; success clears it there."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - recorded and logged
        faults.stand(owner, doing, what, error)
        return error
    faults.clear(owner, doing)
    return None
