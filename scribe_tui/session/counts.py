"""Counts: numbers the connections and segments of a session, over all its runs."""

from __future__ import annotations


class Counts:
    """Numbers of the latest connection and segment; the first of each is 1."""

    def __init__(self) -> None:
        self.connections = 0
        self.segments = 0

    def next_connection(self) -> int:
        """The number of a connection that the service has just started."""
        self.connections += 1
        return self.connections

    def next_segment(self) -> int:
        """The number of a segment that is about to be published."""
        self.segments += 1
        return self.segments
