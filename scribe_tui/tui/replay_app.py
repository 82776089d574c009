"""ReplayApp: the Textual app over a past run: nothing to stop, nothing to save."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypedDict, Unpack

from textual.binding import BindingType

from scribe_tui.replay.controls import ReplayControls
from scribe_tui.replay.player import Player
from scribe_tui.tui.app import MonitorApp, ScreenEnding
from scribe_tui.tui.keys import ALL_KEYS, REPLAY_APP_KEYS, Shortcut
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.layouts.order import Order
from scribe_tui.tui.looks import Looks
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.replay import ReplayScreen


class ScreenOptions(TypedDict, total=False):
    """Options that a replay's screen shares with the live one (`MonitorApp`)."""

    mouse: bool
    looks: Looks | None
    fps: int
    low_bandwidth: bool | None
    remote: bool
    layout: PaneLayout
    order: Order


class ReplayApp(MonitorApp, inherit_bindings=False):
    """Shows a replay; its player publishes events to `bridge`."""

    BINDINGS: ClassVar[list[BindingType]] = [key.binding for key in REPLAY_APP_KEYS]

    def __init__(
        self,
        controls: ReplayControls,
        *,
        keys: Sequence[Shortcut] = ALL_KEYS,
        context: MonitorContext | None = None,
        **screen: Unpack[ScreenOptions],
    ) -> None:
        """Show what `controls` plays; its player's clock is the screen's.

        `keys` are those of a replay if the user changed any (`key_map.remapped_in_replay`).
        """
        super().__init__(
            controls,
            context=context,
            keys=keys,
            clock=controls.player.now,
            **screen,
        )
        self._replay = controls

    @property
    def player(self) -> Player:
        """The player."""
        return self._replay.player

    def make_screen(self) -> ReplayScreen:
        """Return the screen with panes and the replay's row."""
        return ReplayScreen(self._replay, self.bridge, self._replay.player.now, self.context)

    def leave(self, ending: ScreenEnding = ScreenEnding.LEFT) -> None:
        """Close at once: there are no last words to wait for."""
        self._close(ending)
