"""MonitorDialog: a dialog about sources, as what its keys do is given it."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Sequence

from scribe_tui.tui.bridge import BridgeSink
from scribe_tui.tui.keys import Shortcut
from scribe_tui.tui.lines.dialog import Dialog
from scribe_tui.tui.lines.sink import LineSink
from scribe_tui.tui.monitor_context import MonitorContext


class MonitorDialog(Dialog):
    """`bridge` holds what the sources said, `sink` takes the engine's events for it.

    `context`: what there is besides the engine.
    """

    def __init__(
        self,
        keys: Sequence[Shortcut],
        *,
        ascii_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`keys` as the user has them."""
        super().__init__(ascii_only, clock)
        self.keys = tuple(keys)
        self.bridge = LineSink(self.say, self.faults)
        self.sink = BridgeSink(self.bridge)
        self.context = MonitorContext()

    def write_beside_frames(self, data: bytes) -> None:
        """Bytes that say nothing, such as a bell. Raises OSError where none are taken."""
        self.terminal.write(data)

    @abstractmethod
    def live(self) -> int:
        """How many sources would have to be stopped."""

    @abstractmethod
    def waiting(self) -> int:
        """How many sources begin again by themselves, which they would not after leaving."""

    @abstractmethod
    def request_quit(self) -> None:
        """A person's wish to leave: drain, then end; once more: at once."""
