"""HelpScreen: what the keys do, from the declarations in `keys`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from scribe_tui.tui.available_keys import LIGHTS
from scribe_tui.tui.keys import ALL_KEYS, Shortcut
from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.rendering.signs import in_words
from scribe_tui.tui.rendering.wrap import cells_of
from scribe_tui.tui.terminal.paced_app import PacedApp

SHOWN_WIDTH = 15
CARD_WIDTH, FRAME_CELLS, LEAST_TEXT = 80, 11, 20
"""Cells, as in app.tcss: width of the help, of its frame and margins, and least text."""
NARROW_FRAME_CELLS, NARROW_SHOWN_WIDTH = 5, 8
"""The same for a terminal narrower than the help, where it has no margins."""
LONGEST_RUN = 4


class HelpScreen(DialogScreen[None], inherit_bindings=False):
    """A scrollable list of all keys in groups."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,enter,f1", "dismiss", "Close")
    ]

    def __init__(
        self, keys: Sequence[Shortcut] = ALL_KEYS, now: Sequence[tuple[Shortcut, str]] = ()
    ) -> None:
        """Explain `keys` by group, in their order; before them `now`, what each could do now."""
        super().__init__()
        self._keys = keys
        self._now = now
        self._fitted = 0

    def on_resize(self, _event: Resize) -> None:
        """Wrap the texts for another width."""
        if self.app.size.width != self._fitted:
            self.refresh(recompose=True)

    def compose(self) -> ComposeResult:
        """Create one text per group."""
        self._fitted = self.app.size.width
        card = Vertical(classes="card -narrow" if self._is_narrow else "card")
        with card, VerticalScroll(id="help", can_focus=True) as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc closes"
            if self._now:
                yield Static(Content("Now"), classes="group")
                yield Static(
                    self._rows([(key.shown, says) for key, says in self._now]), classes="keys"
                )
            for group, keys in groupby(self._keys, key=lambda key: key.group):
                yield Static(Content(group), classes="group")
                yield Static(self._rows(_table(list(keys))), classes="keys")
            yield Static(Content("The three lights of a pane"), classes="group")
            yield Static(self._rows(LIGHTS), classes="keys")

    @property
    def _is_narrow(self) -> bool:
        return self.app.size.width < CARD_WIDTH

    def _rows(self, rows: Sequence[tuple[str, str]]) -> Content:
        if isinstance(self.app, PacedApp) and self.app.ascii_only:
            rows = [(in_words(shown), says) for shown, says in rows]
        frame, shown_width = FRAME_CELLS, SHOWN_WIDTH
        if self._is_narrow:
            frame, shown_width = NARROW_FRAME_CELLS, NARROW_SHOWN_WIDTH
        width = max(LEAST_TEXT, min(self.app.size.width, CARD_WIDTH) - frame - shown_width)
        lines = []
        for shown, says in rows:
            texts = wrap(says, width)
            # Keys too wide for their column are put above their text.
            fits = cells_of(shown) < shown_width + (not self._is_narrow)
            beside = texts.pop(0) if fits else ""
            lines.append(Content.assemble((shown.ljust(shown_width - 1) + " ", "bold"), beside))
            lines += [Content(" " * shown_width + text) for text in texts]
        return Content("\n").join(lines)


def _table(keys: list[Shortcut]) -> list[tuple[str, str]]:
    return [
        (_shown([key.shown for key in same]), tooltip)
        for tooltip, same in groupby(keys, key=lambda key: key.tooltip)
    ]


def _shown(keys: list[str]) -> str:
    """Return the keys of one line of the help; of a long run only its ends."""
    return " ".join(keys) if len(keys) <= LONGEST_RUN else f"{keys[0]} to {keys[-1]}"
