"""LowBandwidth: panes get their facts by a timer, half as often if less is to be sent."""

from __future__ import annotations

from scribe_tui.tui.screens.monitor_base import MonitorBase


class LowBandwidth(MonitorBase, inherit_bindings=False):
    """Samples at each call of `look`, or at every second; then partials wait for the sample."""

    _rests = False

    def set_low_bandwidth(self, low_bandwidth: bool) -> None:
        """Set whether to send the terminal less."""
        self.low_bandwidth = self._bridge.slow_partials = low_bandwidth
        if self.is_running:
            self._bridge.release_partials()
            self.frame_soon()

    def look(self) -> None:
        """Give panes their facts now or the next time. Called by a timer."""
        self._rests = self.low_bandwidth and not self._rests
        if not self._rests:
            self._bridge.release_partials()
            self.sample()

    def sample(self) -> None:
        """Give every pane in view its present facts."""
        raise NotImplementedError
