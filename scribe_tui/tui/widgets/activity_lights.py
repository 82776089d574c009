"""The three lights of a pane: bytes arrive, there is sound in them, text comes out."""

from __future__ import annotations

from functools import cache

from scribe_tui.session.status.snapshot import Lights
from scribe_tui.tui.rendering.signs import LIT, UNLIT
from scribe_tui.tui.rendering.styled_rows import Piece


@cache
def activity_lights(lights: Lights) -> tuple[Piece, ...]:
    """Return the three lights, one cell each, in the order from the source to the text.

    Trouble usually puts them out in this order. Lit and unlit differ in shape, for screens without
    colour.
    """
    return tuple(
        Piece("lit", LIT) if lit else Piece("unlit", UNLIT)
        for lit in (lights.arriving, lights.sound, lights.text)
    )
