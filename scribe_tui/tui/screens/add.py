"""Adding sources while the program runs: one address, one of before, or a list of stations."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, SelectionList, Static
from textual.widgets.option_list import Option

from scribe_tui.audio.open import check_address, describe
from scribe_tui.audio.web.playlist import looks_like_playlist
from scribe_tui.audio.web.station_list import Station, read_stations
from scribe_tui.config.names import default_name
from scribe_tui.config.new_source import free_name
from scribe_tui.config.paths import user_path
from scribe_tui.config.recent import Recent
from scribe_tui.errors import UsageError
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.desk import Desk
from scribe_tui.tui.screens.form import Field, FormScreen, Values
from scribe_tui.tui.text import count_of

MOST_PANES = 200
"""More sessions than any plan of the service allows."""


class AddScreen(FormScreen, inherit_bindings=False):
    """An address and perhaps a name; below it the sources of before."""

    BINDINGS: ClassVar[list[BindingType]] = FormScreen.BINDINGS

    def __init__(self, controls: Controls, desk: Desk, address: str = "") -> None:
        """`address` stands in the first line already: it was pasted."""
        fields = (
            Field("address", "source", address, "http(s) address, file, mic, or a .m3u/.pls list"),
            Field("name", "name", "", "made from the address"),
        )
        super().__init__("Add a source", fields, self._add, "adds it")
        self._controls = controls
        self._desk = desk
        here = {controls.settings_of(session).address for session in controls.sessions}
        kept = desk.recent.read() if desk.recent is not None else ()
        self._recent: tuple[Recent, ...] = tuple(r for r in kept if r.address not in here)

    def compose_more(self) -> ComposeResult:
        """The sources of before."""
        if self._recent:
            yield Static(Content("before, newest first (down, enter):"), classes="note")
            yield OptionList(
                *(Option(Content(f"{r.name}  {describe(r.address)}")) for r in self._recent),
                id="recent",
                compact=True,
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take one of before."""
        event.stop()
        name, address = self._recent[event.option_index]
        self.line("address").value = address
        self.line("name").value = name
        self.submit()

    async def _add(self, values: Values) -> str | None:
        if not values["address"]:
            raise UsageError("no source", "Type or paste an address first.")
        source = _make(self._controls, self._desk, values["name"], values["address"])
        if stations := await asyncio.to_thread(_stations, source.address):
            self.app.push_screen(
                StationsScreen(stations, self._controls, self._desk), self._stations_added
            )
            return None
        await asyncio.to_thread(check_address, source.address)
        self._controls.add(source)
        await _remember(self._desk, [source])
        return f"added {source.name}"

    def _stations_added(self, note: str | None) -> None:
        if note:
            self.dismiss(note)


class StationsScreen(ModalScreen[str], inherit_bindings=False):
    """The stations of a list, to choose from. Dismissed with what was done, or with nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('')", "Back"),
        Binding("enter", "add", "Add", priority=True),
        Binding("a", "all", "All or none"),
    ]

    def __init__(self, stations: Sequence[Station], controls: Controls, desk: Desk) -> None:
        """All are chosen at first if they are few enough to be meant so."""
        super().__init__()
        self._stations = stations
        self._controls = controls
        self._desk = desk

    def compose(self) -> ComposeResult:
        """The list and what the keys do."""
        chosen = len(self._stations) <= 12
        with Vertical(classes="card form"), Vertical(classes="dialog") as box:
            box.border_title = f"{count_of(len(self._stations), 'station')} in this list"
            box.border_subtitle = "space chooses, a all, enter adds, esc goes back"
            yield SelectionList[int](
                *(
                    (Content(f"{station.name}  {describe(station.address)}".strip()), place, chosen)
                    for place, station in enumerate(self._stations)
                ),
                compact=True,
            )
            yield Static(id="wrong", classes="wrong")

    def on_mount(self) -> None:
        """Nothing is wrong yet."""
        self.query_one("#wrong").display = False

    def action_all(self) -> None:
        """Choose all, or none where all are."""
        chosen = self.query_one(SelectionList)
        if len(chosen.selected) == len(self._stations):
            chosen.deselect_all()
        else:
            chosen.select_all()

    async def action_add(self) -> None:
        """Add what is chosen."""
        chosen = [self._stations[place] for place in sorted(self.query_one(SelectionList).selected)]
        try:
            sources = _add_all(self._controls, self._desk, chosen)
        except UsageError as error:
            wrong = self.query_one("#wrong", Static)
            wrong.update(Content(f"× {error.sentence}"))
            wrong.display = True
            return
        await _remember(self._desk, sources)
        self.dismiss(f"added {count_of(len(sources), 'source')}")


def _add_all(controls: Controls, desk: Desk, stations: Sequence[Station]) -> list[SourceSettings]:
    """Add them, all or none. Raises UsageError."""
    if not stations:
        raise UsageError("nothing chosen", "Choose a station with the space bar first.")
    sources: list[SourceSettings] = []
    taken = _names(controls)
    if len(taken) + len(stations) > MOST_PANES:
        raise UsageError("too many", f"There can be {MOST_PANES} panes at most: choose fewer.")
    for station in stations:
        name = free_name(station.name or default_name(station.address), taken)
        check_address(station.address)
        source = _make(controls, desk, name, station.address)
        taken.add(source.name)
        sources.append(source)
    for source in sources:
        controls.add(source)
    return sources


def _make(controls: Controls, desk: Desk, name: str, address: str) -> SourceSettings:
    if desk.make_source is None:
        raise UsageError("no adding", "Sources cannot be added in this run.")
    return desk.make_source(name, address, _names(controls))


def _names(controls: Controls) -> set[str]:
    return {controls.snapshot(session).name for session in controls.sessions}


def _stations(address: str) -> tuple[Station, ...]:
    """The stations in a list on this machine; none for any other address. Raises UsageError."""
    if "://" in address or address.startswith("mic") or not looks_like_playlist(address):
        return ()
    path: Path = user_path(address)
    return read_stations(path) if path.is_file() else ()


async def _remember(desk: Desk, sources: Sequence[SourceSettings]) -> None:
    """Keep them for next time; that this cannot be done is no reason to say anything."""
    if desk.recent is not None:
        await asyncio.to_thread(desk.recent.add, [(s.name, s.address) for s in sources])
