"""MonitorDialog: the interface that the keys of plain lines use."""

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
    """`bridge` holds what the sources said; `sink` passes the engine's events to it.

    `context` is what there is besides the engine, such as the run's folder.
    """

    def __init__(
        self,
        keys: Sequence[Shortcut],
        *,
        ascii_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take `keys` as the user has configured them."""
        super().__init__(ascii_only, clock)
        self.keys = tuple(keys)
        self.bridge = LineSink(self.say, self.faults)
        self.sink = BridgeSink(self.bridge)
        self.context = MonitorContext()

    def write_beside_frames(self, data: bytes) -> None:
        """Write bytes that print nothing, such as a bell. Raises OSError if they are not taken."""
        self.terminal.write(data)

    @abstractmethod
    def live(self) -> int:
        """Return how many sources would have to be stopped."""

    @abstractmethod
    def waiting(self) -> int:
        """Return how many sources would start by schedule, which they cannot after leaving."""

    @abstractmethod
    def request_quit(self) -> None:
        """Leave as a person asks: drain, then end; a second request ends at once."""
