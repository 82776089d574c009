"""The welcome in plain lines, for screen readers: what to listen to, and the service's key."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from scribe_tui.audio.open import describe
from scribe_tui.config.recent import Recent
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.actions.adding import too_many
from scribe_tui.tui.lines.dialog import Dialog
from scribe_tui.tui.screens.stations import sources_of, sources_typed, stations_in
from scribe_tui.tui.text import count_of
from scribe_tui.tui.welcome import HUNG_UP, INTERRUPTED, KEYS_AT, Choice, Start

MOST_RECENT = 9
"""Most recent sources offered: one for each digit."""


class LineWelcome(Dialog):
    """Used like `WelcomeApp`: running it returns what was chosen, None if the user left."""

    failed = False

    def __init__(self, start: Start, *, ascii_only: bool = False) -> None:
        """Offer the choices of `start`."""
        super().__init__(ascii_only)
        self._start = start
        self._recent: Sequence[Recent] = start.recent[:MOST_RECENT]
        self._sources: tuple[SourceSettings, ...] = ()
        self._over: asyncio.Future[Choice | None] | None = None
        self.return_code = 0

    async def run_async(self) -> Choice | None:
        """Run until something is chosen or the user leaves."""
        self._over = asyncio.get_running_loop().create_future()
        self.terminal.open()
        try:
            self._offer()
            return await self._over
        finally:
            self.terminal.close()
            self.end_tasks()

    def exit(self, choice: Choice | None = None, return_code: int = 0) -> None:
        """End with a choice, or without one."""
        if self._over is not None and not self._over.done():
            self.return_code = return_code
            self._over.set_result(choice)

    def press(self, name: str, counts: bool) -> None:
        """Choose by a letter or a digit; `counts`: it is not a repeat of a held key."""
        if not counts:
            return
        if name in ("q", "escape"):
            self.exit()
        elif name == "d":
            self.exit(Choice())
        elif name == "a":
            self._ask_address()
        elif name == "m":
            self._take("mic", "")
        elif name in {str(place) for place in range(1, len(self._recent) + 1)}:
            recent = self._recent[int(name) - 1]
            self._take(recent.address, recent.name)
        else:
            self._offer()

    def interrupt(self) -> None:
        """Leave with the exit code of an interrupt."""
        self.exit(None, INTERRUPTED)

    def gone(self) -> None:
        """Leave because the terminal hung up."""
        self.exit(None, HUNG_UP)

    def _offer(self) -> None:
        self.say("scribe-tui: many live sounds become text. What do you want to listen to?")
        self.say("d: the demo, four stations, no key, no network.")
        self.say("a: addresses of stations, a file, or a list of stations.")
        self.say("m: the microphone.")
        for number, recent in enumerate(self._recent, 1):
            self.say(f"{number}: {recent.name}, {describe(recent.address)}")
        self.say("q: leave.")

    def _ask_address(self) -> None:
        def done(text: str | None) -> None:
            if text:
                self._take(text, "")
            else:
                self._offer()

        self.ask("Addresses of stations, a file, or a list?", done)

    def _take(self, text: str, name: str) -> None:
        self.begin("reading the address", self._taken(text, name))

    async def _taken(self, text: str, name: str) -> None:
        make = self._start.make_source
        try:
            if stations := await asyncio.to_thread(stations_in, text):
                self._sources = sources_of(stations, make)
                if stations.left_out:
                    self.say(too_many(len(stations), stations.left_out))
            else:
                self._sources = await asyncio.to_thread(sources_typed, text, name, make)
        except UsageError as error:
            self.say(error.sentence)
            return
        if len(self._sources) == 1:
            self._ask_key()
            return
        names = ", ".join(source.name for source in self._sources)
        question = f"Listen to {count_of(len(self._sources), 'source')}: {names}?"
        self.ask_yes(question, self._ask_key, self._offer)

    def _ask_key(self) -> None:
        if not self._start.needs_key:
            self.exit(Choice(self._sources))
            return
        self.ask(
            f"The key of the speech service, from {KEYS_AT}; nothing: offline, English only.",
            self._key_typed,
            secret=True,
        )

    def _key_typed(self, key: str | None) -> None:
        if key is None:
            self._offer()
        elif not key:
            self.exit(Choice(self._sources, offline=True))
        else:
            try:
                self._start.check_key(key)
            except UsageError as error:
                self.say(error.sentence)
                self._ask_key()
                return
            begin = Choice(self._sources, key)
            self.ask_yes(
                "Keep the key in the file .env of this folder?",
                lambda: self.begin("keeping the key", self._keep(key, begin)),
                lambda: self.exit(begin),
            )

    async def _keep(self, key: str, begin: Choice) -> None:
        try:
            await asyncio.to_thread(self._start.keep_key, key)
        except UsageError as error:
            self.say(error.sentence)
        self.exit(begin)
