"""StationsScreen: choosing from the stations of a list, and making sources of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from scribe_tui.audio.open import check_address, describe
from scribe_tui.audio.web.playlist import looks_like_playlist
from scribe_tui.audio.web.station_list import Station, Stations, read_stations
from scribe_tui.config.names import default_name, free_name
from scribe_tui.config.new_source import several_addresses
from scribe_tui.config.paths import names_file, user_path
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.monitor_context import MakeSource
from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.rendering.signs import WRONG
from scribe_tui.tui.text import count_of
from scribe_tui.tui.widgets.check_list import CheckList

Take = Callable[[Sequence[Station]], Awaitable[str]]
"""Takes the chosen stations; returns what was done. Raises UsageError for the list to show."""


class StationsScreen(DialogScreen[str], inherit_bindings=False):
    """The stations of a list to choose from. Dismissed with what was done, or with nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss('')", "Back"),
        Binding("enter", "add", "Add", priority=True),
        Binding("a", "all", "All or none"),
    ]

    def __init__(self, stations: Sequence[Station], take: Take, left_out: int = 0) -> None:
        """Show `stations`, all of them chosen if there are at most twelve.

        `left_out`: how many more stations the list has.
        """
        super().__init__()
        self._stations = stations
        self._left_out = left_out
        self._take = take

    def compose(self) -> ComposeResult:
        """Create the list and the names of its keys."""
        chosen = len(self._stations) <= 12
        with Vertical(classes="card form"), Vertical(classes="dialog") as box:
            box.border_title = f"{count_of(len(self._stations), 'station')} in this list"
            if self._left_out:
                count = len(self._stations) + self._left_out
                box.border_title = f"The first {len(self._stations)} of {count} stations"
            box.border_subtitle = "space chooses, a all, enter adds, esc goes back"
            yield CheckList(
                *(
                    (Content(f"{station.name}  {describe(station.address)}".strip()), place, chosen)
                    for place, station in enumerate(self._stations)
                ),
                compact=True,
            )
            yield Static(id="wrong", classes="wrong")

    def on_mount(self) -> None:
        """Hide the error line."""
        self.query_one("#wrong").display = False

    def action_all(self) -> None:
        """Choose all stations, or none if all are chosen."""
        chosen = self.query_one(CheckList)
        if len(chosen.selected) == len(self._stations):
            chosen.deselect_all()
        else:
            chosen.select_all()

    async def action_add(self) -> None:
        """Pass the chosen stations on; show an error, or close."""
        chosen = [self._stations[place] for place in sorted(self.query_one(CheckList).selected)]
        try:
            note = await self._take(chosen)
        except UsageError as error:
            wrong = self.query_one("#wrong", Static)
            wrong.update(Content(f"{WRONG} {error.sentence}"))
            wrong.display = True
            return
        self.dismiss(note)


def sources_typed(
    text: str, name: str, make_source: MakeSource, taken: Collection[str] = ()
) -> tuple[SourceSettings, ...]:
    """Return the sources named in one line of a form, each of them checked.

    Raises UsageError. Reads files, so it must not run in the event loop's thread.
    """
    addresses = several_addresses(text)
    if not addresses:
        raise UsageError("no source", "Type or paste an address first.")
    if len(addresses) > 1 and name:
        raise UsageError("one name", "A name is for one source: leave it empty for several.")
    sources: list[SourceSettings] = []
    for address in addresses:
        source = make_source(name, address, {*taken, *(one.name for one in sources)})
        check_address(source.address)
        sources.append(source)
    return tuple(sources)


def stations_in(address: str) -> Stations:
    """Return the stations of a playlist on this machine; none for any other address.

    Raises UsageError. Reads files, so it must not run in the event loop's thread.
    """
    address = address.strip()
    if "://" in address or address.startswith("mic") or not looks_like_playlist(address):
        return Stations()
    return read_stations(user_path(address)) if names_file(address) else Stations()


def sources_of(
    stations: Sequence[Station], make_source: MakeSource, taken: Collection[str] = ()
) -> tuple[SourceSettings, ...]:
    """Return a source for each station, with unique names, none of them `taken`.

    Raises UsageError.
    """
    if not stations:
        raise UsageError("nothing chosen", "Choose a station with the space bar first.")
    names = set(taken)
    sources: list[SourceSettings] = []
    for station in stations:
        name = free_name(station.name or default_name(station.address), names)
        check_address(station.address)
        source = make_source(name, station.address, names)
        names.add(source.name)
        sources.append(source)
    return tuple(sources)
