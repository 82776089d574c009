"""Plain lines: the source that keys act on, and saying its state."""

from __future__ import annotations

from collections.abc import Callable

from scribe_tui.errors import UsageError
from scribe_tui.session.controls import Controls
from scribe_tui.tui.figures.display_status import TROUBLED, DisplayStatus, display_status
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.lines.monitor_dialog import MonitorDialog
from scribe_tui.tui.lines.sentences import standing_line
from scribe_tui.tui.screens.jump import fit
from scribe_tui.tui.text import count_of

Acts = dict[str, Callable[[], None]]
"""Functions of keys, by the ids of the keys."""


class Chosen:
    """The chosen source; at the start the first one."""

    def __init__(self, app: MonitorDialog, controls: Controls) -> None:
        """Answer through `app`."""
        self.app = app
        self.controls = controls
        self._session = ""
        self.on_change: Callable[[], None] = lambda: None
        """Called before another source is chosen."""
        self.acts: Acts = {
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "down": lambda: self._step(1),
            "up": lambda: self._step(-1),
            "trouble": self._trouble,
            "news": self._news,
            "by-name": self._by_name,
        }

    @property
    def session(self) -> str:
        """The id of its session; empty if there is no source."""
        sessions = self.controls.sessions
        if self._session not in sessions:
            self._session = sessions[0] if sessions else ""
        return self._session

    @property
    def name(self) -> str:
        """Its name; empty if there is no source."""
        return self.name_of(self.session) if self.session else ""

    def name_of(self, session: str) -> str:
        """Return the name of a session."""
        return self.controls.snapshot(session).name

    def choose(self, session: str) -> None:
        """Choose `session` and say its state."""
        if session != self._session:
            self.on_change()
        self._session = session
        bridge = self.app.bridge
        number = self.controls.sessions.index(session) + 1
        line = standing_line(number, self.controls.snapshot(session), bridge.is_off(session))
        unseen = bridge.unseen(session)
        self.app.say(f"{line}. {count_of(unseen, 'new line')}" if unseen else line)
        bridge.seen(session)

    def number(self, place: int) -> None:
        """Choose the source with that number, counted from 1."""
        sessions = self.controls.sessions
        if place <= len(sessions):
            self.choose(sessions[place - 1])
        else:
            self.app.say(f"There is no source {place}.")

    def trying(self, act: Callable[[], object]) -> bool:
        """Call `act`; return False and say why if it raises UsageError."""
        try:
            act()
        except UsageError as error:
            self.app.say(error.sentence)
            return False
        return True

    def _step(self, step: int) -> None:
        sessions = self.controls.sessions
        self.choose(sessions[(sessions.index(self.session) + step) % len(sessions)])

    def _next(self, wanted: Callable[[str], bool], none: str) -> None:
        """Choose the next source that is `wanted`, wrapping around; without one, say `none`."""
        sessions = self.controls.sessions
        start = sessions.index(self.session) + 1
        found = next((one for one in sessions[start:] + sessions[:start] if wanted(one)), None)
        if found is None:
            self.app.say(none)
        else:
            self.choose(found)

    def _trouble(self) -> None:
        self._next(lambda one: self._how(one) in TROUBLED, "No source is in trouble.")

    def _news(self) -> None:
        bridge = self.app.bridge
        others = [one for one in self.controls.sessions if one != self.session]
        hits = [one for one in others if bridge.hits.count_of(one).new]
        wanted = hits or [one for one in others if bridge.unseen(one)]
        self._next(wanted.__contains__, "No other source has news.")

    def _by_name(self) -> None:
        def done(text: str | None) -> None:
            if wanted := folded(text or "").strip():
                self._go_by(wanted)

        self.app.ask("Letters of a name, or a number?", done)

    def _go_by(self, wanted: str) -> None:
        ranks = [
            (rank, number, session)
            for number, session in enumerate(self.controls.sessions, 1)
            if (rank := fit(wanted, number, self.name_of(session))) is not None
        ]
        if ranks:
            self.choose(min(ranks)[2])
        else:
            self.app.say("No source is called so.")

    def _how(self, session: str) -> DisplayStatus:
        return display_status(self.controls.snapshot(session), self.app.bridge.is_off(session))
