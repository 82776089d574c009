"""Unpainted: changed cells of the screen that are not painted yet, and which to paint next.

Only positions are kept: the cells are painted later with their content at that time.

Private names: `PRIVATE_NAMES`. Textual paints everything that changed at once; only its compositors
know the content of a part of the screen. If one is missing, the program does not start a screen.
Gain over a line of 2 kB per second: the help is seen to close after 0.3 s instead of 2 s at 80x24,
and after 0.4 s instead of 9 s at 200x50.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

from textual.app import App
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget

from scribe_tui.tui.rendering.compositor import CellCompositor, Changes
from scribe_tui.tui.rendering.encoder import Run
from scribe_tui.tui.rendering.updates import in_fewer_bytes
from scribe_tui.tui.terminal.thin_line import ThinLine, merged_spans, rows_of, split

PRIVATE_NAMES = (
    "textual.app:App._background_screens",
    "textual._compositor:Compositor()._dirty_regions",
    "textual._compositor:Compositor.render_update",
)

MOST_SPANS = 2000
"""With more spans than this whole rows are painted: choosing among them would take too long."""
ERASING_BYTES = 9
"""Bytes needed to erase a span directly below another erased one; see `encoder.erase`."""


class Unpainted:
    """The unpainted spans of each screen, and their order."""

    def __init__(self, app: App[Any]) -> None:
        """Start with all of `app` painted."""
        self._app = app
        self._thin_line = ThinLine()
        self._spans: dict[Screen[Any], set[Region]] = {}
        """For each screen its spans, each in one row."""
        self._uncovered: list[Region] = []
        """Regions of the dialog that was closed last."""
        self._to_erase: list[Region] = []
        """Regions of a dialog opened or closed a moment ago."""
        self._opens = False
        self._chosen_for: tuple[float, Screen[Any]] | None = None

    def __bool__(self) -> bool:
        """Whether anything is unpainted."""
        return bool(self._spans)

    def clear(self) -> None:
        """Forget all spans, as everything will be painted anew."""
        self._spans.clear()
        self._to_erase = []

    def add(self, screen: Screen[Any], spans: Sequence[Region]) -> None:
        """Add `spans` of `screen` as unpainted; empty ones are ignored."""
        changed = [span for span in spans if span]
        if not changed:
            return
        kept = self._spans.setdefault(screen, set())
        kept.update(changed)
        if len(kept) > MOST_SPANS:
            self._spans[screen] = set(rows_of(screen.size.region))

    def uncover(self, screen: Screen[Any], regions: Sequence[Region]) -> None:
        """Take note that a dialog in front of `screen` was closed: `regions` are painted first."""
        self._uncovered = self._to_erase = list(regions)
        self._opens = False
        self.add(screen, [row for region in regions for row in rows_of(region)])

    def cover(self, dialog: Screen[Any]) -> None:
        """Take note that `dialog` opens: its place is erased first, to make its text readable."""
        self._to_erase, self._opens = list(places_of(dialog)), True

    def next_part(
        self, room: float | None, key_at: float, key_pressed: bool
    ) -> tuple[Screen[Any], Changes] | None:
        """Return what to paint next, and on which screen; None: nothing.

        At most `room` bytes are painted (None: no limit). The topmost screen with unpainted spans
        comes first. While `key_pressed`, the regions that the key pressed at `key_at` may have
        changed come first.
        """
        self._take_in()
        stack = self._app.screen_stack
        screen = next((one for one in reversed(stack) if one in self._spans), None)
        if screen is None:
            return None
        if not self._paints(screen):
            self._app.screen.refresh(*self._spans.pop(screen))  # as Textual paints it
            return None
        if (cause := (key_at, screen)) != self._chosen_for:
            self._chosen_for = cause
            self._thin_line.start_over()
        spans = merged_spans(self._spans.pop(screen))
        if not key_pressed:
            self._uncovered = []
        return screen, self._part(screen, spans, inf if room is None else room, key_pressed)

    def _take_in(self) -> None:
        """Collect what changed since, and drop spans of closed screens."""
        stack = self._app.screen_stack
        for closed in self._spans.keys() - set(stack):
            del self._spans[closed]
        for screen in stack:
            compositor: Any = screen._compositor
            if compositor._dirty_regions and self._paints(screen):
                whole = screen.size.region
                regions = [region.intersection(whole) for region in compositor._dirty_regions]
                compositor._dirty_regions.clear()
                self.add(screen, [row for region in regions if region for row in rows_of(region)])

    def _paints(self, screen: Screen[Any]) -> bool:
        """Return whether `screen` can be painted alone: below a dialog only our compositor can."""
        return screen is self._app.screen or isinstance(screen._compositor, CellCompositor)

    def _part(
        self, screen: Screen[Any], spans: list[Region], room: float, key_pressed: bool
    ) -> Changes:
        """Return a picture of as many of `spans` as there is room for, and keep the others.

        If some are left, the place of a dialog just opened or closed is erased first.
        """
        runs: dict[Region, Sequence[Run]] = {}

        def cost(span: Region) -> int:
            runs[span] = self._runs(screen, span)
            return self._size(Changes(runs[span]))

        blanks = self._next_blanks(screen, spans, room)
        erased = Changes((), blanks, self._app.screen_stack[0].rich_style)
        now, later = self._thin_line.choose(
            spans,
            self._urgent_regions(screen),
            room - self._size(erased),
            key_pressed,
            cost,
        )
        painted = [run for span in now for run in runs[span]]
        if not later:
            return Changes(painted)
        self.add(screen, later)
        return Changes(painted, blanks, erased.ground)

    def _next_blanks(self, screen: Screen[Any], spans: list[Region], room: float) -> list[Region]:
        """Return those of `spans` to erase first: the place of a dialog opened or closed.

        For one just opened only if that leaves half of `room` for its text.
        """
        if not self._to_erase or screen is not self._app.screen:
            return []
        *parts, _ = split(spans, self._to_erase)
        blanks = [span for part in parts for span in part]
        self._to_erase = []
        return [] if self._opens and len(blanks) * ERASING_BYTES > room / 2 else blanks

    def _size(self, picture: Changes) -> int:
        return len(picture.render_segments(self._app.console).encode())

    def _runs(self, screen: Screen[Any], span: Region) -> Sequence[Run]:
        """Return what `screen` shows in `span`, except where a dialog covers it."""
        compositor: Any = screen._compositor
        due, compositor._dirty_regions = compositor._dirty_regions, {span}
        try:
            if screen is self._app.screen:
                update = compositor.render_update(screen_stack=self._app._background_screens)
            else:
                above = self._app.screen_stack[self._app.screen_stack.index(screen) + 1 :]
                update = compositor.beneath([dialog._compositor for dialog in above])
        finally:
            compositor._dirty_regions = due
        picture = in_fewer_bytes(update)
        return picture.runs if isinstance(picture, Changes) else ()

    def _urgent_regions(self, screen: Screen[Any]) -> list[Region]:
        """Return the regions where `screen` shows the effect of a key, the most important first.

        In a dialog: its text, then its frame. Else the last row, the chosen pane, and the place of
        a dialog just closed.
        """
        if screen is self._app.screen and len(self._app.screen_stack) > 1:
            places = list(places_of(screen))
            leaves = [leaf.region for leaf in screen.walk_children(Widget) if not leaf.children]
            return [*(leaf.intersection(place) for leaf in leaves for place in places), *places]
        width, height = screen.size
        last_row = Region(0, height - 1, width, 1)
        chosen = [screen.focused.region] if screen.focused is not None else []
        return [last_row, *chosen, *self._uncovered]


def places_of(dialog: Screen[Any]) -> Iterator[Region]:
    """Yield the regions of the visible widgets of `dialog`, whose own screen is transparent."""
    widgets = list(dialog.children)
    while widgets:
        widget = widgets.pop()
        if widget.visible:
            yield widget.region
        else:
            widgets += widget.children
