"""Changing the set of sources from plain lines: each key asks for what it needs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from scribe_tui.config.paths import user_path
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.actions import changing
from scribe_tui.tui.actions.adding import add_sources, sources_named, too_many
from scribe_tui.tui.actions.saving import DEFAULT_FILE, Present, saved_in
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.text import count_of

_ASKS = {
    "language": "Language, such as en; nothing: the service finds out.",
    "commit": "Commit: vad, manual, or a number of seconds.",
    "watch": "Watch words of this source alone, with commas.",
    "price_per_hour": "Price of an hour.",
}


class SourceKeys:
    """The keys that rename, change, remove, add and save sources, and change watch words."""

    def __init__(self, chosen: Chosen) -> None:
        """Change the chosen source."""
        self._chosen = chosen
        self._app = chosen.app
        self._controls = chosen.controls
        self.acts: Acts = {
            "rename": self._rename,
            "settings": self._settings,
            "remove": self._remove,
        }
        self.acts_without_source: Acts = {
            "add": self._add,
            "words": self._words,
            "save": self._save,
        }

    def _rename(self) -> None:
        session = self._chosen.session

        def done(text: str | None) -> None:
            if not text:
                self._app.say("The name stays.")
                return
            rename = partial(changing.rename, self._controls, self._app.context, session, text)
            self._chosen.trying(rename)

        self._app.ask(f"What is {self._chosen.name} to be called?", done)

    def _settings(self) -> None:
        session = self._chosen.session
        texts = changing.texts_of(changing.as_it_is(self._controls, self._app.context, session))
        self._ask_setting(session, list(texts), texts)

    def _ask_setting(self, session: str, left: Sequence[str], texts: dict[str, str]) -> None:
        """Ask for the first setting of `left`, then for the others; then apply `texts`."""
        if not left:
            self._set_anew(session, texts)
            return
        name, *others = left

        def done(text: str | None) -> None:
            if text is None:
                self._app.say("Nothing is changed.")
                return
            if text:
                texts[name] = "" if text == "-" else text
            self._ask_setting(session, others, texts)

        now = texts[name] or "nothing"
        self._app.ask(f"{_ASKS[name]} It is {now}: enter keeps it, - takes it away.", done)

    def _set_anew(self, session: str, texts: dict[str, str]) -> None:
        if session not in self._controls.sessions:
            self._app.say("That source is gone.")
            return
        try:
            said = changing.set_anew(self._controls, self._app.context, session, texts)
        except UsageError as error:
            self._app.say(f"{error.sentence} Nothing is changed.")
        else:
            self._app.say(said or "Nothing is changed.")

    def _remove(self) -> None:
        session, name = self._chosen.session, self._chosen.name
        self._app.ask_yes(
            f"Stop {name} and remove it? What was saved of it stays.",
            lambda: self._controls.remove(session),
            lambda: self._app.say(f"{name} stays."),
        )

    def _add(self) -> None:
        if self._app.context.make_source is None:
            self._app.say("Sources cannot be added in this run.")
            return

        def done(text: str | None) -> None:
            if not text:
                self._app.say("Nothing was added.")
                return
            self._app.begin("adding", self._added(text))

        self._app.ask("Address of a station, file, mic, or a list of stations?", done)

    async def _added(self, text: str) -> None:
        try:
            sources, left_out = await sources_named(self._app.context, self._controls, text)
        except UsageError as error:
            self._app.say(error.sentence)
            return
        if len(sources) == 1:
            await self._add_these(sources)
            return
        names = ", ".join(source.name for source in sources)
        if left_out:
            self._app.say(too_many(len(sources), left_out))

        def yes() -> None:
            self._app.begin("adding", self._add_these(sources))

        question = f"Add {count_of(len(sources), 'source')}: {names}?"
        self._app.ask_yes(question, yes, lambda: self._app.say("Nothing was added."))

    async def _add_these(self, sources: Sequence[SourceSettings]) -> None:
        try:
            await add_sources(self._app.context, self._controls, sources)
        except UsageError as error:
            self._app.say(error.sentence)
        else:
            self._app.say(f"added {', '.join(source.name for source in sources)}")
            self._chosen.choose(self._controls.sessions[-1])

    def _words(self) -> None:
        if (watch := self._app.context.watch) is None:
            self._app.say("There are no watch words in this run.")
            return
        for one in watch.lists:
            words = ", ".join([*one.words, *(f"expression {regex}" for regex in one.regex)])
            where = f" in {', '.join(one.sources)}" if one.sources else ""
            self._app.say(f"{one.name}{where}: {words}")

        def done(text: str | None) -> None:
            if not text:
                self._app.say("The watch words stay.")
            elif text.startswith("-"):
                self._say_if_done(changing.take_word_out(watch, text[1:].strip()))
            elif self._chosen.trying(lambda: changing.put_word_in(watch, text)):
                self._app.say(f"listening for {text}")

        self._app.ask("A word to listen for, or - and a word to listen for no more?", done)

    def _say_if_done(self, word: str | None) -> None:
        self._app.say("No list has that word." if word is None else f"listening for {word} no more")

    def _save(self) -> None:
        if self._app.context.save_set is None:
            self._app.say("These sources cannot be saved as a file.")
            return

        def done(text: str | None) -> None:
            if text is None:
                self._app.say("Nothing was saved.")
                return
            self._app.begin("saving the sources", self._save_as(text or DEFAULT_FILE, False))

        self._app.ask(f"Save these sources in which file? Nothing is {DEFAULT_FILE}.", done)

    async def _save_as(self, text: str, replacing: bool) -> None:
        context = self._app.context
        save = context.save_set
        assert save is not None
        try:
            file = user_path(text)
            present = Present.of(self._controls, context.watch)
            await asyncio.to_thread(save, file, present, replacing)
        except UsageError as error:
            if error.title != "file exists":
                self._app.say(error.sentence)
                return
            again: Callable[[], object] = lambda: self._app.begin(  # noqa: E731
                "saving the sources", self._save_as(text, True)
            )
            self._app.ask_yes(
                f"{error.message} Replace it?", again, lambda: self._app.say("Nothing was saved.")
            )
        else:
            self._app.say(saved_in(file))
