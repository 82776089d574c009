"""Unpainted: changed cells of the screen that are not painted yet, and which to paint next.

Only their positions are kept: they are painted later with their content of that time.

Private names: `PRIVATE_NAMES`. Textual paints all that has changed at once; only its
compositors know what a part of the screen looks like. Where one is missing the program does
not start a screen. Gained over 2 kB a second: the help is seen to close after 0.3 s instead
of 2 s at 80x24, and after 0.4 s instead of 9 s at 200x50.
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
"""With more spans than this whole rows are painted: choosing among them takes too long."""
ERASING_BYTES = 9
"""Bytes that it takes to erase a span below another erased one; see `encoder.erase`."""


class Unpainted:
    """Spans of cells by the screen that shows them, and which of them come first."""

    def __init__(self, app: App[Any]) -> None:
        """All of `app` is painted."""
        self._app = app
        self._thin_line = ThinLine()
        self._spans: dict[Screen[Any], set[Region]] = {}
        """Each in one row."""
        self._uncovered: list[Region] = []
        """Where the dialog stood that was closed last."""
        self._to_erase: list[Region] = []
        """Where a dialog was opened or closed a moment ago."""
        self._opens = False
        self._chosen_for: tuple[float, Screen[Any]] | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._spans)

    def clear(self) -> None:
        """All will be painted anew."""
        self._spans.clear()
        self._to_erase = []

    def add(self, screen: Screen[Any], spans: Sequence[Region]) -> None:
        """`screen` has changed there; nothing is kept of a screen that has changed nowhere."""
        changed = [span for span in spans if span]
        if not changed:
            return
        kept = self._spans.setdefault(screen, set())
        kept.update(changed)
        if len(kept) > MOST_SPANS:
            self._spans[screen] = set(rows_of(screen.size.region))

    def uncover(self, screen: Screen[Any], regions: Sequence[Region]) -> None:
        """A dialog that stood there, before `screen`, is closed: that shows first."""
        self._uncovered = self._to_erase = list(regions)
        self._opens = False
        self.add(screen, [row for region in regions for row in rows_of(region)])

    def cover(self, dialog: Screen[Any]) -> None:
        """`dialog` is opened, and will be added: its text is read on blank ground."""
        self._to_erase, self._opens = list(places_of(dialog)), True

    def next_part(
        self, room: float | None, key_at: float, key_pressed: bool
    ) -> tuple[Screen[Any], Changes] | None:
        """What to paint next in `room` bytes, and on which screen; None: nothing.

        What is beneath a dialog comes when the dialog is painted. What a key does comes first
        while `key_pressed`: it was pressed at `key_at`.
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
        """What has changed since, and nothing of screens that are closed."""
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
        """Whether it can be painted by itself: one with a dialog before it only by ours."""
        return screen is self._app.screen or isinstance(screen._compositor, CellCompositor)

    def _part(
        self, screen: Screen[Any], spans: list[Region], room: float, key_pressed: bool
    ) -> Changes:
        """The picture of as many of `spans` as there is room for; the others are kept.

        Not all of them: then first of all the place of a dialog just opened or closed becomes
        blank.
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
        """Which of `spans` to erase before all: where a dialog was opened or closed.

        Where one was opened only if that leaves half of `room` for its text.
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
        """What `screen` shows in `span`, where no dialog stands before it."""
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
        """Where `screen` shows what a key does, the first first.

        A dialog, its text before its frame; or the last row, the chosen pane, and where a
        dialog has just been.
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
    """Where it stands before what is behind it; it is see-through itself."""
    widgets = list(dialog.children)
    while widgets:
        widget = widgets.pop()
        if widget.visible:
            yield widget.region
        else:
            widgets += widget.children
