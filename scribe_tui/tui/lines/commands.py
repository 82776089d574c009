"""Commands: what the keys do in plain lines; each answers with a line."""

from __future__ import annotations

import re

from scribe_tui.events import State
from scribe_tui.session.state import OVER
from scribe_tui.tui.keys import Shortcut
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.find_keys import FindKeys
from scribe_tui.tui.lines.hit_keys import HitKeys
from scribe_tui.tui.lines.listen_keys import ListenKeys
from scribe_tui.tui.lines.monitor_dialog import MonitorDialog
from scribe_tui.tui.lines.place_keys import PlaceKeys
from scribe_tui.tui.lines.reader import Reader
from scribe_tui.tui.lines.source_keys import SourceKeys
from scribe_tui.tui.lines.take_keys import TakeKeys
from scribe_tui.tui.rendering.signs import in_words
from scribe_tui.tui.text import question_of_leaving

_JUMP = re.compile(r"pane-(\d)")
_HERE = {
    "up": "Choose the source before, or the next one.",
    "down": "Choose the source before, or the next one.",
    "cursor-up": "Read the line before, or the next one.",
    "cursor-down": "Read the line before, or the next one.",
    "line-up": "",
    "line-down": "",
    "page-up": "Ten lines back, or on.",
    "page-down": "Ten lines back, or on.",
    "home": "The oldest line, or the latest.",
    "end": "The oldest line, or the latest.",
    "unzoom": "Back to what is said now.",
    "find-all": "Find words in all sources.",
    "words": "Hear the watch words, put one in or take one out.",
    "hits": "The latest hits: go there, confirm what was heard, never again, or copy.",
    "mark": "Mark the line at the cursor, or the latest; again: no mark.",
    "places": "The latest marks, errors, gaps and hits of all sources, to go there.",
    "time": "What all sources said at a clock time.",
    "listen": "Hear this source, or the line at the cursor; again: no more.",
}
"""What a key does in plain lines, if that differs from the screen; "": not listed in the help."""


class Commands:
    """Does what a key means, for the chosen source."""

    def __init__(self, app: MonitorDialog, chosen: Chosen) -> None:
        """Answer through `app`."""
        self._app = app
        self._chosen = chosen
        self._controls = chosen.controls
        reader = Reader(chosen)
        changer = SourceKeys(chosen)
        taker, listener = TakeKeys(chosen, reader), ListenKeys(chosen, reader)
        places = PlaceKeys(chosen, reader)
        self._acts: Acts = {
            "commit": self._commit,
            "stop": self._stop_or_start,
            "reconnect": self._reconnect,
            "pause": self._pause,
            **chosen.acts,
            **reader.acts,
            **FindKeys(chosen, reader).acts,
            **taker.acts,
            **places.acts,
            **listener.acts,
            **changer.acts,
        }
        self._without_source: Acts = {
            **changer.acts_without_source,
            **places.acts_without_source,
            "hits": HitKeys(chosen, reader, taker, listener).say_latest,
            "help": self._help,
            "quit": self._quit,
        }

    def run(self, key: Shortcut) -> None:
        """Do what `key` means here, or say that it does nothing."""
        if (jump := _JUMP.fullmatch(key.id)) is not None:
            self._chosen.number(int(jump[1]))
        elif (act := self._without_source.get(key.id)) is not None:
            act()
        elif (act := self._acts.get(key.id)) is None:
            self._app.say(f"{key.label} is not among the plain lines; the screen has it.")
        elif self._chosen.session:
            act()
        else:
            self._app.say("There is no source; a adds one.")

    def _commit(self) -> None:
        if self._controls.snapshot(self._chosen.session).state is not State.LIVE:
            self._app.say(f"{self._chosen.name} is not live: there is nothing to commit.")
            return
        self._controls.commit(self._chosen.session)
        self._app.say(f"{self._chosen.name}: commit sent")

    def _stop_or_start(self) -> None:
        session = self._chosen.session
        state = self._controls.snapshot(session).state
        if state in OVER or state is State.IDLE:
            self._controls.start(session)
            self._app.say(f"{self._chosen.name}: starting")
        else:
            self._controls.stop(session)
            self._app.say(f"{self._chosen.name}: stopping; the same key starts it again")

    def _reconnect(self) -> None:
        self._controls.reconnect(self._chosen.session)
        self._app.say(f"{self._chosen.name}: connecting anew")

    def _pause(self) -> None:
        paused = self._controls.snapshot(self._chosen.session).paused
        self._controls.set_paused(self._chosen.session, not paused)

    def _help(self) -> None:
        acts = {**self._acts, **self._without_source}
        said: dict[str, list[str]] = {}
        for key in self._app.keys:
            if key.id in acts and (what := _HERE.get(key.id, key.tooltip)):
                said.setdefault(what, []).append(in_words(key.shown))
        for what, keys in said.items():
            self._app.say(f"{', '.join(keys)}: {what}")
        self._app.say("1 to 9: choose a source and say how it stands.")

    def _quit(self) -> None:
        running, waiting = self._app.live(), self._app.waiting()
        if not (running or waiting):
            self._app.request_quit()
            return
        question = question_of_leaving("source", running, waiting)
        self._app.ask_yes(question, self._app.request_quit, lambda: self._app.say("Going on."))
