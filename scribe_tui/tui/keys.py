"""Every key, declared once: footer, help, palette and key handling all derive from here."""

# ruff: noqa: E501 - the declarations are a table

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class Key:
    """One thing the user can do.

    `keys` are Textual's key names, `shown` what is printed for them, `label` one or two
    words for footer and palette, `tooltip` a sentence for help and palette; neighbours with
    the same sentence share a line of the help. `footer` and `palette` say who lists it.
    """

    id: str
    keys: str
    action: str
    shown: str
    label: str
    tooltip: str
    group: str
    footer: bool = False
    palette: bool = False
    priority: bool = False
    """Works while a dialog is open, too."""
    undo: str = ""
    """The footer's label while a pane is zoomed, if that is another one."""
    steers: bool = False
    """It acts on a live session: there is none in a replay, which says so instead."""

    @property
    def binding(self) -> Binding:
        """The same for Textual, which lets users remap it by `id`."""
        return Binding(
            self.keys,
            self.action,
            self.label,
            show=self.footer,
            key_display=self.shown,
            tooltip=self.tooltip,
            id=self.id,
            priority=self.priority,
        )


PANE = "This pane"
MOVE = "Choose a pane"
READ = "Read back"
WATCH = "Watch words"
PROGRAM = "Program"

_STEP = "Go to the next pane, or the one before."
_SIDE = "Go to the pane on that side."
_NUMBER = "Go to the pane of that number."
_PAGE = "Read a page further back, or further on."
_LINE = "Read a line further back, or further on."
_ENDS = "Go to the oldest line still held, or back to live."

# fmt: off
SCREEN_KEYS: tuple[Key, ...] = (
    Key("commit", "c", "commit", "c", "commit", "Turn the grey text into a committed line now.", PANE, True, True, steers=True),
    Key("stop", "s", "stop_or_start", "s", "stop/start", "Stop it and save its last words, or start it again.", PANE, True, True, steers=True),
    Key("reconnect", "r", "reconnect", "r", "reconnect", "Drop the connection, or the wait for it; connect now.", PANE, True, True, steers=True),
    Key("pause", "p", "pause", "p", "pause", "Stop or resume sending sound; the source plays on.", PANE, True, True, steers=True),
    Key("zoom", "z", "zoom", "z", "zoom", "Let it fill the screen; the same key leads back.", PANE, True, True, undo="unzoom"),
    Key("unzoom", "escape", "unzoom", "esc", "all panes", "Back to the live end, then out of the zoom.", PANE),
    Key("next", "tab", "step(1)", "tab", "next pane", _STEP, MOVE, True, True),
    Key("previous", "shift+tab", "step(-1)", "shift+tab", "previous pane", _STEP, MOVE, False, True),
    Key("left", "left", "move('left')", "←", "left", _SIDE, MOVE),
    Key("right", "right", "move('right')", "→", "right", _SIDE, MOVE),
    Key("up", "up", "move('up')", "↑", "up", _SIDE, MOVE),
    Key("down", "down", "move('down')", "↓", "down", _SIDE, MOVE),
    *(Key(f"pane-{n}", f"{n}", f"jump({n})", f"{n}", f"pane {n}", _NUMBER, MOVE) for n in range(1, 10)),
    Key("page-up", "pageup", "scroll_page(-1)", "PgUp", "page up", _PAGE, READ, False, True),
    Key("page-down", "pagedown", "scroll_page(1)", "PgDn", "page down", _PAGE, READ, False, True),
    Key("line-up", "k,shift+up", "scroll_line(-1)", "k", "line up", _LINE, READ),
    Key("line-down", "j,shift+down", "scroll_line(1)", "j", "line down", _LINE, READ),
    Key("home", "home,g", "scroll_to_start", "Home", "oldest line", _ENDS, READ, False, True),
    Key("end", "end,G", "scroll_to_end", "End", "live end", _ENDS, READ, False, True),
    Key("hits", "h", "hits", "h", "hits", "All hits: go there, confirm what was heard, or never again.", WATCH, False, True),
)

APP_KEYS: tuple[Key, ...] = (
    Key("help", "question_mark,f1", "help", "?", "help", "What all the keys do.", PROGRAM, True, True),
    Key("palette", "ctrl+p,colon", "command_palette", "^p", "palette", "Find a command by its name.", PROGRAM, True),
    Key("repaint", "ctrl+l", "repaint", "^l", "repaint", "Paint the whole screen anew.", PROGRAM, False, True),
    Key("quit", "q", "quit_politely", "q", "quit", "Stop, save and leave; asks while panes are live.", PROGRAM, True, True),
    Key("interrupt", "ctrl+c", "interrupt", "^c", "quit now", "Leave without the question; again: leave at once.", PROGRAM, priority=True),
)
# fmt: on

ALL_KEYS = SCREEN_KEYS + APP_KEYS

UNREPEATED = frozenset(
    name for key in ALL_KEYS if key.group in (PANE, PROGRAM) for name in key.keys.split(",")
)
"""Textual's names of keys that do something once when they are held down."""
