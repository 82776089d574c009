"""Looking at the sessions again and again; more rarely where little is sent to the terminal."""

from __future__ import annotations

from scribe_tui.tui.screens.monitor_base import MonitorBase


class Thrifty(MonitorBase, inherit_bindings=False):
    """Samples with each look, or with every other one, and has grey text come with it."""

    _rests = False

    def be_thrifty(self, thrifty: bool) -> None:
        """Send the terminal less from now on, or as much as there is."""
        self.thrifty = self._bridge.slow_partials = thrifty
        if self.is_running:
            self._bridge.release_partials()
            self.frame_soon()

    def look(self) -> None:
        """For a timer: give panes their facts now, or the next time."""
        self._rests = self.thrifty and not self._rests
        if not self._rests:
            self._bridge.release_partials()
            self.sample()

    def sample(self) -> None:
        """Give every pane in view its present facts."""
        raise NotImplementedError
