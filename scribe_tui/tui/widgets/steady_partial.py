"""SteadyPartial: the partial as shown: a shown word stays until the commit unless it changes."""

from __future__ import annotations

from scribe_tui.events import Event, PartialChanged


class SteadyPartial:
    """Follows the partial of one session, but takes no words back that are merely missing.

    Services hear a word, are unsure of it for a moment and say the text without it; the eye
    that was on it loses its place. So a partial that is the beginning of the one shown is not
    shown, until it goes on in another way or its segment is committed.
    """

    def __init__(self) -> None:
        """Nothing is said."""
        self.text = ""

    def follow(self, event: Event, partial: str) -> None:
        """`event` made the partial of the transcript what it is now."""
        if not (isinstance(event, PartialChanged) and self.text.startswith(partial)):
            self.text = partial
