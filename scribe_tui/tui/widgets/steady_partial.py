"""SteadyPartial: the partial as shown; words that a revision merely drops stay visible."""

from __future__ import annotations

from scribe_tui.events import Event, PartialChanged


class SteadyPartial:
    """Follows the partial of one session, but does not remove words that are merely missing.

    Services often recognise a word, become unsure of it for a moment and send the text without it;
    a reader would lose the place. So a partial that is a prefix of the one shown is not shown,
    until the text continues differently or its segment is committed.
    """

    def __init__(self) -> None:
        """Start with no text."""
        self.text = ""

    def follow(self, event: Event, partial: str) -> None:
        """Take `partial`, the transcript's partial after `event`."""
        if not (isinstance(event, PartialChanged) and self.text.startswith(partial)):
            self.text = partial
