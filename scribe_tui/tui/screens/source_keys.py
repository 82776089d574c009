"""The keys that add, remove and change sources."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from textual.events import Paste

from scribe_tui.config.paths import user_path
from scribe_tui.errors import UsageError
from scribe_tui.tui.available_keys import keys_now
from scribe_tui.tui.debounce import ANSWER_SECONDS
from scribe_tui.tui.keys import Shortcut
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.screens.question import QuestionScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from scribe_tui.session.controls import Controls
    from scribe_tui.tui.monitor_context import MonitorContext
    from scribe_tui.tui.screens.form import FormScreen, Values


PASTED = ("http://", "https://", "#extm3u", "[playlist]")
"""How pasted text begins that is taken for addresses."""


class SourceActions(MonitorBase, inherit_bindings=False):
    """The keys that open forms; each form shows in the key bar what it did.

    A form is imported when it is opened, to keep the start fast.
    """

    keys: tuple[Shortcut, ...]

    def action_add(self, pasted: str = "") -> None:
        """Ask for a source, or for a choice among those pasted."""
        if self.context.make_source is None:
            self.say("sources cannot be added in this run")
        else:
            from scribe_tui.tui.screens.add import AddScreen

            self._open(AddScreen(self._controls, self.context, pasted))

    def on_paste(self, event: Paste) -> None:
        """Open the form for pasted addresses; other pastes are ignored."""
        begins = event.text.lstrip()[:10].lower()
        if begins.startswith(PASTED) and self.context.make_source is not None:
            event.stop()
            self.action_add(event.text)

    def action_remove(self) -> None:
        """Ask, then end the session and remove its pane."""
        if (session := self._chosen_session()) is None:
            return
        name = self._controls.snapshot(session).name

        def answered(yes: bool | None) -> None:
            if yes and session in self._controls.sessions:
                self._controls.remove(session)
                self.say(f"removed {name}; what was saved of it stays")

        question = f"Stop {name} and remove its pane? What was saved of it stays."
        self.app.push_screen(QuestionScreen(question, "yes, remove it", "no, keep it"), answered)

    def action_rename(self) -> None:
        """Ask for another name."""
        if (session := self._chosen_session()) is not None:
            from scribe_tui.tui.screens.pane_forms import rename_form

            self._open(rename_form(self._controls, self.context, session))

    def action_pane_settings(self) -> None:
        """Show the settings of the pane that can be changed."""
        if (session := self._chosen_session()) is not None:
            from scribe_tui.tui.screens.pane_forms import settings_form

            self._open(settings_form(self._controls, self.context, session))

    def action_watch_words(self) -> None:
        """Show the watch words."""
        if self.context.watch is None:
            self.say("there are no watch words in this run")
        else:
            from scribe_tui.tui.screens.words import WordsScreen

            self._open(WordsScreen(self.context.watch))

    def action_save_set(self) -> None:
        """Ask for a file, and save the present sources in it."""
        if self.context.save_set is None:
            self.say("these sources cannot be saved as a file")
            return
        from scribe_tui.tui.actions.saving import DEFAULT_FILE
        from scribe_tui.tui.screens.form import FormField, FormScreen

        file = FormField("file", "file", DEFAULT_FILE, "a TOML file for --config")
        form = _SaveForm(self._controls, self.context, self.shown_as)
        self._open(FormScreen("Save these sources", [file], form.save, "saves them"))

    def keys_now(self) -> list[tuple[Shortcut, str]]:
        """Return the keys with what each would do at this moment."""
        pane = self._current
        return keys_now(
            self.keys,
            None if pane is None else self._controls.snapshot(pane.session),
            zoomed=self.grid.zoomed is not None,
            scrolled=pane is not None and pane.transcript.new_lines is not None,
        )

    def _chosen_session(self) -> str | None:
        return None if self._current is None else self._current.session

    def _open(self, form: FormScreen) -> None:
        self.app.push_screen(form, lambda note: self.say(note) if note else None)


class _SaveForm:
    """The save form while it is open; a second enter replaces an existing file."""

    def __init__(
        self,
        controls: Controls,
        context: MonitorContext,
        shown_as: Callable[[], dict[str, str | None]],
    ) -> None:
        self._controls = controls
        self._context = context
        self._shown_as = shown_as
        self._may_replace: tuple[str, float] | None = None

    async def save(self, values: Values) -> str:
        """Write the sources. Raises UsageError."""
        from scribe_tui.tui.actions.saving import DEFAULT_FILE, Present, saved_in

        context = self._context
        text = values["file"] or DEFAULT_FILE
        file: Path = user_path(text)
        present = Present.of(self._controls, context.watch, **self._shown_as())
        asked, at = self._may_replace or ("", 0.0)
        replace = asked == text and time.monotonic() - at >= ANSWER_SECONDS
        assert context.save_set is not None
        try:
            await asyncio.to_thread(context.save_set, file, present, replace)
        except UsageError as error:
            if error.title != "file exists":
                raise
            if asked != text:
                self._may_replace = text, time.monotonic()
            raise UsageError(error.title, error.message, "Enter once more replaces it.") from None
        return saved_in(file)
