"""What the keys do where there are only lines: each answers with one."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from scribe_tui.config.names import clean_name
from scribe_tui.errors import UsageError
from scribe_tui.events import State
from scribe_tui.session.controls import Controls
from scribe_tui.session.state import OVER
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.keys import Key
from scribe_tui.tui.lines.sentences import hit_line, standing_line
from scribe_tui.tui.rendering.signs import in_words
from scribe_tui.tui.standing import TROUBLED, standing
from scribe_tui.tui.text import count_of

if TYPE_CHECKING:
    from scribe_tui.tui.lines.app import LineApp

MOST_READ = 10
"""Lines that an answer has at most."""
_JUMP = re.compile(r"pane-(\d)")


class Commands:
    """Acts on the source that was chosen last; the first one to begin with."""

    def __init__(self, app: LineApp, controls: Controls) -> None:
        """Answers through `app`."""
        self._app = app
        self._controls = controls
        self._chosen = ""
        self._acts: dict[str, Callable[[], None]] = {
            "commit": self._commit,
            "stop": self._stop_or_start,
            "reconnect": self._reconnect,
            "pause": self._pause,
            "rename": self._rename,
            "remove": self._remove,
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "down": lambda: self._step(1),
            "up": lambda: self._step(-1),
            "trouble": self._trouble,
            "end": self._again,
            "cursor-up": self._again,
            "find": self._find,
            "hits": self._hits,
            "add": self._add,
            "help": self._help,
            "quit": self._quit,
        }

    def run(self, key: Key) -> None:
        """Do what `key` means here."""
        if (jump := _JUMP.fullmatch(key.id)) is not None:
            sessions = self._controls.sessions
            place = int(jump[1])
            if place <= len(sessions):
                self._choose(sessions[place - 1])
            else:
                self._app.say(f"There is no source {place}.")
        elif (act := self._acts.get(key.id)) is None:
            self._app.say(f"{key.label} is not among the plain lines; the screen has it.")
        elif key.id in ("help", "quit", "add", "hits") or self._session:
            act()
        else:
            self._app.say("There is no source; a adds one.")

    @property
    def _session(self) -> str:
        sessions = self._controls.sessions
        if self._chosen not in sessions:
            self._chosen = sessions[0] if sessions else ""
        return self._chosen

    @property
    def _name(self) -> str:
        return self._controls.snapshot(self._session).name

    def _choose(self, session: str) -> None:
        self._chosen = session
        number = self._controls.sessions.index(session) + 1
        self._app.say(standing_line(number, self._controls.snapshot(session)))

    def _step(self, step: int) -> None:
        sessions = self._controls.sessions
        self._choose(sessions[(sessions.index(self._session) + step) % len(sessions)])

    def _trouble(self) -> None:
        sessions = self._controls.sessions
        start = sessions.index(self._session) + 1
        for session in sessions[start:] + sessions[:start]:
            if standing(self._controls.snapshot(session)) in TROUBLED:
                self._choose(session)
                return
        self._app.say("No source is in trouble.")

    def _commit(self) -> None:
        self._controls.commit(self._session)
        self._app.say(f"{self._name}: commit sent")

    def _stop_or_start(self) -> None:
        state = self._controls.snapshot(self._session).state
        if state in OVER or state is State.IDLE:
            self._controls.start(self._session)
            self._app.say(f"{self._name}: starting")
        else:
            self._controls.stop(self._session)
            self._app.say(f"{self._name}: stopping; the same key starts it again")

    def _reconnect(self) -> None:
        self._controls.reconnect(self._session)
        self._app.say(f"{self._name}: connecting anew")

    def _pause(self) -> None:
        paused = self._controls.snapshot(self._session).paused
        self._controls.set_paused(self._session, not paused)

    def _rename(self) -> None:
        session = self._session

        def done(text: str | None) -> None:
            name = clean_name(text or "")
            if not name:
                self._app.say("The name stays.")
                return
            self._trying(lambda: self._controls.rename(session, name))

        self._app.ask(f"What is {self._name} to be called?", done)

    def _remove(self) -> None:
        session, name = self._session, self._name
        self._app.ask_yes(
            f"Stop {name} and remove it? What was saved of it stays.",
            lambda: self._controls.remove(session),
            f"{name} stays.",
        )

    def _again(self) -> None:
        lines = self._app.bridge.lines_of(self._session)
        self._app.say(lines[-1] if lines else f"{self._name}: nothing yet")

    def _find(self) -> None:
        session, name = self._session, self._name

        def done(text: str | None) -> None:
            wanted = folded(text or "")
            lines = self._app.bridge.lines_of(session)
            found = [line for line in lines if wanted and wanted in folded(line)]
            for line in found[-MOST_READ:]:
                self._app.say(line)
            self._app.say(f"{count_of(len(found), 'line')} of {name}.")

        self._app.ask(f"Find what in {name}?", done)

    def _hits(self) -> None:
        hits = self._app.bridge.hits.newest_first
        for hit in reversed(hits[:MOST_READ]):
            self._app.say(hit_line(hit))
        self._app.say(f"{count_of(len(hits), 'hit')}.")

    def _add(self) -> None:
        if (make := self._app.context.make_source) is None:
            self._app.say("Sources cannot be added in this run.")
            return

        def done(text: str | None) -> None:
            if not text:
                self._app.say("Nothing was added.")
                return
            names = {self._controls.snapshot(one).name for one in self._controls.sessions}
            self._trying(lambda: self._added(self._controls.add(make("", text, names))))

        self._app.ask("Address of a station, file or mic?", done)

    def _added(self, session: str) -> None:
        self._chosen = session
        self._app.say(f"added {self._controls.snapshot(session).name}")

    def _trying(self, act: Callable[[], object]) -> None:
        try:
            act()
        except UsageError as error:
            self._app.say(error.sentence)

    def _help(self) -> None:
        for key in self._app.keys:
            if key.id in self._acts:
                self._app.say(f"{in_words(key.shown)}: {key.tooltip}")
        self._app.say("1 to 9: choose a source and say how it stands.")

    def _quit(self) -> None:
        if not (live := self._app.live()):
            self._app.leave()
            return
        verb, whom = ("is", "it") if live == 1 else ("are", "them")
        question = f"{count_of(live, 'source')} {verb} live. Stop {whom}, save and quit?"
        self._app.ask_yes(question, self._app.leave, "Going on.")
