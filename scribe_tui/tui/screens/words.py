"""WordsScreen: the watch words, and adding and removing them while the program runs."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from scribe_tui.sanitize import harmless_line
from scribe_tui.settings.watch import FLAG_WATCH, MAX_WORDS, WatchSettings
from scribe_tui.tui.actions.changing import put_back, put_word_in
from scribe_tui.tui.screens.form import FormField, FormScreen, Values
from scribe_tui.tui.watch_words import WatchWords


class WordsScreen(FormScreen, inherit_bindings=False):
    """A line for a new word, and all words with their lists.

    A removed word is put into the line: enter adds it again to the list it was in.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *FormScreen.BINDINGS,
        Binding("delete", "take_out", "Take out"),
    ]

    def __init__(self, watch: WatchWords) -> None:
        """Show the words of `watch`, in the order of its lists."""
        super().__init__("Watch words", [FormField("word", "word")], self._add, "adds")
        self._watch = watch
        self._shown: list[tuple[str, str]] = []
        self._taken_out: dict[str, WatchSettings] = {}
        self._list = OptionList(id="words", compact=True)
        self._count = Static(classes="note")

    def compose_more(self) -> ComposeResult:
        """Show the words."""
        yield self._count
        yield self._list

    def on_mount(self) -> None:
        """Fill the list."""
        self._show()

    def action_take_out(self) -> None:
        """Remove the chosen word."""
        place = self._list.highlighted
        if not self._list.has_focus or place is None:
            return
        name, word = self._shown[place]
        self._taken_out[word] = next(one for one in self._watch.lists if one.name == name)
        self._watch.remove_word(word, name)
        self._show()
        if self._shown:
            self._list.highlighted = min(place, len(self._shown) - 1)
        self.line("word").value = word

    async def _add(self, values: Values) -> None:
        word = values["word"]
        if (before := self._taken_out.get(word)) is not None:
            put_back(self._watch, before, word)
            del self._taken_out[word]
        else:
            put_word_in(self._watch, word)
        self.line("word").value = ""
        self._show()

    def _show(self) -> None:
        self._shown = [(one.name, word) for one in self._watch.lists for word in one.words]
        others = sum(len(one.regex) for one in self._watch.lists)
        self._count.update(
            Content(
                f"{len(self._shown)} of at most {MAX_WORDS} a list"
                + (f", and {others} expressions" if others else "")
                + "; down, then Del takes one out"
            )
        )
        self._list.clear_options()
        for name, word in self._shown:
            beside = "" if name == FLAG_WATCH else f"  ({harmless_line(name)})"
            self._list.add_option(Option(Content(harmless_line(word) + beside)))
        self._list.display = bool(self._shown)
