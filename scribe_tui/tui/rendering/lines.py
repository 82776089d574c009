"""A widget whose lines are kept ready and repainted where something changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip

from scribe_tui.tui.rendering.compositor import CellWidget, PaintedScreen


class Lines(CellWidget):
    """A widget that keeps its lines ready to be shown; it has neither border nor padding.

    Whenever anything on the screen changes, Textual asks every widget between the first and
    the last change for its lines again; skipping its general machinery there is what keeps
    a wall of panes cheap. Parts of lines are styled by the component classes of the screen,
    resolved once for all panes, since each class on each widget would cost start-up time.
    """

    ALLOW_SELECT = False

    def __init__(self) -> None:
        """Nothing drawn yet."""
        super().__init__(markup=False)
        self._part_styles: dict[str, Style] = {}
        self._ready: dict[int, Strip] = {}
        self._ready_size = Size(0, 0)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of `crop`; `render_line` is asked for those that `repaint` named."""
        size = self.outer_size
        if size != self._ready_size:
            self._ready.clear()
            self._ready_size = size
        ready = self._ready
        strips = [ready[y] if y in ready else self._prepare(y) for y in crop.line_range]
        if crop.column_span != (0, size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def repaint(self, regions: Sequence[Region]) -> None:
        """Draw the lines of `regions` anew and bring those cells, if in view, to the screen."""
        for region in regions:
            for y in region.line_range:
                self._ready.pop(y, None)
        if not regions:
            return
        screen = self.screen
        if isinstance(screen, PaintedScreen):
            screen.paint(self, regions)
        else:
            self.refresh(*regions)

    def notify_style_update(self) -> None:
        """Forget the old colours."""
        self._part_styles.clear()
        self._ready.clear()
        super().notify_style_update()

    def style_of(self, component: str) -> Style:
        """The style of a component class of the screen."""
        style = self._part_styles.get(component)
        if style is None:
            style = _terse(self.screen.get_component_rich_style(component))
            self._part_styles[component] = style
        return style

    def blank_style(self) -> Style:
        """The style of cells without text."""
        style = self._part_styles.get("")
        if style is None:
            style = self._part_styles[""] = _terse(self.visual_style.rich_style)
        return style

    def _prepare(self, y: int) -> Strip:
        strip = self.render_line(y)
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        self._ready[y] = strip
        return strip


def _terse(style: Style) -> Style:
    """`style` without the colours a terminal has anyway: they cost bytes in every run."""
    color, background = style.color, style.bgcolor
    return style.without_color + Style(
        color=None if color is None or color.is_default else color,
        bgcolor=None if background is None or background.is_default else background,
    )
