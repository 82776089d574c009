"""Textual's own updates, for whole screens and dialogs, re-encoded in fewer bytes.

Private names: `PRIVATE_NAMES`. An unknown update is written as Textual writes it. Gain: a dialog in
a large terminal takes half the bytes (`tests/tui/test_updates.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from rich.segment import Segment
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from scribe_tui.tui.rendering.compositor import Changes, placed
from scribe_tui.tui.rendering.encoder import Run

PRIVATE_NAMES = (
    "textual._compositor:LayoutUpdate.render_segments",
    "textual._compositor:ChopsUpdate.render_segments",
)


def in_fewer_bytes(update: object) -> object:
    """Return the update as `Changes` if it is one of Textual's, else unchanged."""
    if isinstance(update, LayoutUpdate):
        return Changes(list(_rows(update)))
    if isinstance(update, ChopsUpdate):
        return Changes(list(_parts(update)))
    return update


def _rows(update: LayoutUpdate) -> Iterator[Run]:
    x = update.region.x
    for y, strips in enumerate(update.strips, update.region.y):
        segments = list(chain.from_iterable(strips))
        yield from placed(x, y, x + Segment.get_line_length(segments), segments)


def _parts(update: ChopsUpdate) -> Iterator[Run]:
    for y, first, last in update.spans:
        parts = zip(update.chop_ends[y], update.chops[y].items(), strict=False)
        for end, (x, strip) in parts:
            left, right = max(x, first), min(end, last)
            if strip is not None and left < right:
                yield from placed(left, y, right, _cut(strip, left - x, right - x))


def _cut(strip: Strip, first: int, last: int) -> Strip:
    return strip if (first, last) == (0, strip.cell_length) else strip.crop(first, last)
