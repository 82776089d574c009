"""WelcomeApp: the first screen if no source was named: what to listen to, and the key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Paste
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from scribe_tui.audio.open import describe
from scribe_tui.audio.web.station_list import Station, Stations, stations_pasted
from scribe_tui.config.recent import Recent
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.isolation import IsolatingApp
from scribe_tui.tui.looks import Looks, ThemedApp
from scribe_tui.tui.monitor_context import MakeSource
from scribe_tui.tui.rendering.frames import SizedScreen
from scribe_tui.tui.screens.form import FormField, FormScreen, Values
from scribe_tui.tui.screens.stations import StationsScreen, sources_of, sources_typed, stations_in
from scribe_tui.tui.widgets.line_input import first_line

KEYS_AT = "https://elevenlabs.io/app/settings/api-keys"
WEB = ("http://", "https://")


INTERRUPTED, HUNG_UP = 130, 129
"""Exit codes: ctrl+C, and a terminal that is gone."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What to start: sources, or none for the demo; `key` is a key typed now.

    `offline`: English is recognised on this machine, without a key.
    """

    sources: tuple[SourceSettings, ...] = ()
    key: str | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """What the welcome screen needs: recent sources, and whether a key is still needed."""

    make_source: MakeSource
    recent: Sequence[Recent] = ()
    needs_key: bool = False
    check_key: Callable[[str], None] = lambda _: None
    """Raises UsageError for a text that cannot be a key."""
    keep_key: Callable[[str], None] = lambda _: None
    """Saves a key for next time. Raises UsageError. May wait for a disk."""


class MenuScreen(SizedScreen[None], inherit_bindings=False):
    """The menu of things to listen to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,escape", "app.exit", "Leave"),
        Binding("d", "demo", "Demo"),
        Binding("a", "address", "Address"),
        Binding("m", "microphone", "Microphone"),
    ]

    def __init__(self, start: Start) -> None:
        """Offer the demo, a new source, and recent ones."""
        super().__init__()
        self._start = start
        self._sources: tuple[SourceSettings, ...] = ()

    def compose(self) -> ComposeResult:
        """Create an introduction and the list."""
        options = [
            Option(Content("d  see the demo: four stations, no key, no network")),
            Option(Content("a  addresses of stations, a file, or a list of stations")),
            Option(Content("m  the microphone")),
        ]
        options += [
            Option(Content(f"   {recent.name}  {describe(recent.address)}"))
            for recent in self._start.recent
        ]
        with Vertical(classes="form welcome"), Vertical(classes="dialog") as box:
            box.border_title = "scribe-tui"
            box.border_subtitle = "enter begins, q leaves"
            yield Static(
                Content(
                    "Many live sounds become text, side by side. What do you want to listen to?"
                ),
                classes="note",
            )
            yield OptionList(*options, id="menu", compact=True)

    def on_mount(self) -> None:
        """Choose the first entry."""
        menu = self.query_one(OptionList)
        menu.focus()
        menu.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Do what was chosen."""
        acts = (self.action_demo, self.action_address, self.action_microphone)
        if event.option_index < len(acts):
            acts[event.option_index]()
        else:
            recent = self._start.recent[event.option_index - len(acts)]
            self._ask_address(recent.address, recent.name)

    def action_demo(self) -> None:
        """Start the demo, which needs nothing else."""
        self.app.exit(Choice())

    def action_address(self) -> None:
        """Ask for an address."""
        self._ask_address()

    def action_microphone(self) -> None:
        """Open the form with the default microphone."""
        self._ask_address("mic")

    def on_paste(self, event: Paste) -> None:
        """Open the form for pasted addresses; other pastes are ignored."""
        if not self._take_pasted(event.text) and event.text.lstrip().lower().startswith(WEB):
            self._ask_address(first_line(event.text))

    def _ask_address(self, address: str = "", name: str = "") -> None:
        fields = (
            FormField(
                "address", "source", address, "http(s) addresses, a file, mic, a .m3u/.pls list"
            ),
            FormField("name", "name", name, "made from the address"),
        )
        title = "What to listen to"
        form = FormScreen(title, fields, self._take_sources, "goes on", self._take_pasted)
        self.app.push_screen(form, self._sources_taken)

    def _take_pasted(self, pasted: str) -> bool:
        """Open the choice of stations if `pasted` is a list; return whether it is."""
        stations = stations_pasted(pasted)
        if stations and self.is_current:
            self._ask_address()
        if stations:
            self._choose(stations)
        return bool(stations)

    def _choose(self, stations: Stations) -> None:
        screen = StationsScreen(stations, self._take_stations, stations.left_out)
        self.app.push_screen(screen, self._form_done)

    async def _take_sources(self, values: Values) -> str | None:
        """Take addresses, or open the choice from a list. Raises UsageError."""
        if stations := await asyncio.to_thread(stations_in, values["address"]):
            self._choose(stations)
            return None
        self._sources = await asyncio.to_thread(
            sources_typed, values["address"], values["name"], self._start.make_source
        )
        return "taken"

    async def _take_stations(self, stations: Sequence[Station]) -> str:
        self._sources = sources_of(stations, self._start.make_source)
        return "taken"

    def _form_done(self, note: str | None) -> None:
        """Close the form below when stations of a list were chosen."""
        if note and isinstance(form := self.app.screen, FormScreen):
            form.dismiss(note)

    def _sources_taken(self, note: str | None) -> None:
        if not note:
            return
        if not self._start.needs_key:
            self.app.exit(Choice(self._sources))
            return
        fields = (
            FormField("key", "key", "", f"from {KEYS_AT}", secret=True),
            FormField("keep", "keep in .env", "no", "yes or no"),
        )
        title = "The key of the speech service (empty: offline, English only)"
        self.app.push_screen(FormScreen(title, fields, self._take_key, "begins"))

    async def _take_key(self, values: Values) -> None:
        key, keep = values["key"], values["keep"].lower()
        if not key:
            self.app.exit(Choice(self._sources, offline=True))
            return
        if keep not in ("yes", "y", "no", "n", ""):
            raise UsageError("yes or no", "Say yes or no to keeping the key in .env.")
        self._start.check_key(key)
        if keep.startswith("y"):
            await asyncio.to_thread(self._start.keep_key, key)
        self.app.exit(Choice(self._sources, key))


class WelcomeApp(IsolatingApp[Choice], ThemedApp[Choice], inherit_bindings=False):
    """Returns what was chosen; None if the user left or had to: see `return_code`."""

    CSS_PATH = "app.tcss"
    TITLE = "scribe-tui"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+c", "interrupt", "Leave", priority=True)]

    def __init__(self, start: Start, looks: Looks | None = None) -> None:
        """Offer the choices of `start`."""
        super().__init__(looks=looks)
        self._start = start

    def get_default_screen(self) -> Screen[None]:
        """Return the menu."""
        return MenuScreen(self._start)

    def action_exit(self) -> None:
        """Leave without a choice."""
        self.exit(None)

    def action_interrupt(self) -> None:
        """Leave without a choice, with the exit code of an interrupt."""
        self.exit(None, return_code=INTERRUPTED)

    def terminal_gone(self) -> None:
        """Leave because nothing can be typed any more."""
        self.call_later(self.exit, None, HUNG_UP)
