"""AddScreen: adding sources while the program runs: an address, a recent one, or a list."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from scribe_tui.audio.open import describe
from scribe_tui.audio.web.station_list import Station, Stations, stations_pasted
from scribe_tui.config.recent import Recent
from scribe_tui.session.controls import Controls
from scribe_tui.tui.actions.adding import add_sources, maker, names_of, sources_named
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.form import FormField, FormScreen, Values
from scribe_tui.tui.screens.stations import StationsScreen, sources_of, stations_in
from scribe_tui.tui.text import count_of
from scribe_tui.tui.widgets.line_input import first_line


class AddScreen(FormScreen, inherit_bindings=False):
    """A form for an address and optionally a name, with recent sources below."""

    BINDINGS: ClassVar[list[BindingType]] = FormScreen.BINDINGS

    def __init__(self, controls: Controls, context: MonitorContext, pasted: str = "") -> None:
        """`pasted` is an address, which fills the first line, or a whole list of stations."""
        self._pasted = stations_pasted(pasted)
        address = "" if self._pasted else first_line(pasted)
        fields = (
            FormField(
                "address", "source", address, "http(s) address, file, mic, or a .m3u/.pls list"
            ),
            FormField("name", "name", "", "made from the address"),
        )
        super().__init__("Add a source", fields, self._add, "adds it", self._take_list)
        self._controls = controls
        self._screen_context = context
        here = {controls.settings_of(session).address for session in controls.sessions}
        kept = context.recent.read() if context.recent is not None else ()
        self._recent: tuple[Recent, ...] = tuple(r for r in kept if r.address not in here)

    def on_mount(self) -> None:
        """Open the choice of stations if a list was pasted."""
        if self._pasted:
            self._choose(self._pasted)

    def compose_more(self) -> ComposeResult:
        """Show the recent sources."""
        if self._recent:
            yield Static(Content("before, newest first (down, enter):"), classes="note")
            yield OptionList(
                *(Option(Content(f"{r.name}  {describe(r.address)}")) for r in self._recent),
                id="recent",
                compact=True,
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Add the chosen recent source."""
        event.stop()
        name, address = self._recent[event.option_index]
        self.line("address").value = address
        self.line("name").value = name
        self.submit()

    async def _add(self, values: Values) -> str | None:
        if stations := await asyncio.to_thread(stations_in, values["address"]):
            self._choose(stations)
            return None
        typed = values["address"], values["name"]
        sources, _ = await sources_named(self._screen_context, self._controls, *typed)
        await add_sources(self._screen_context, self._controls, sources)
        return f"added {', '.join(source.name for source in sources)}"

    def _take_list(self, pasted: str) -> bool:
        """Open the choice of stations if `pasted` is a list; return whether it is."""
        if stations := stations_pasted(pasted):
            self._choose(stations)
        return bool(stations)

    def _choose(self, stations: Stations) -> None:
        screen = StationsScreen(stations, self._add_all, stations.left_out)
        self.app.push_screen(screen, self._stations_added)

    async def _add_all(self, stations: Sequence[Station]) -> str:
        """Add all of `stations`, or none; return a sentence. Raises UsageError."""
        sources = sources_of(stations, maker(self._screen_context), names_of(self._controls))
        await add_sources(self._screen_context, self._controls, sources)
        return f"added {count_of(len(sources), 'source')}"

    def _stations_added(self, note: str | None) -> None:
        if note:
            self.dismiss(note)
