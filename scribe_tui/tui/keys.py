"""Every key, declared once: footer, help, palette and key handling all derive from here."""

# ruff: noqa: E501 - the declarations are a table

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from textual.binding import Binding

from scribe_tui.tui.rendering.signs import DOWN, LEFT, RIGHT, UP


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One thing the user can do, and its keys.

    `keys` are Textual's key names, `shown` is what is printed for them, `label` one or two words
    for footer and palette, `tooltip` a sentence for help and palette; neighbours with the same
    sentence share a line of the help. `footer` and `palette` say where it is listed.
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
    """Whether it works while a dialog is open, too."""
    undo: str = ""
    """The footer's label while the same key would undo; empty if it never does."""
    steers: bool = False
    """Whether it acts on a live session; in a replay it only says that there is none."""

    @property
    def binding(self) -> Binding:
        """The binding for Textual, which can be remapped by its `id`."""
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
ARRANGE = "Arrange the panes"
READ = "Read back"
TAKE = "Take along"
WATCH = "Watch words"
SOURCES = "Sources"
PROGRAM = "Program"
REPLAY = "Replay"

_STEP = "Go to the next pane, or the one before."
_SIDE = "Go to the pane on that side."
_NUMBER = "Go to the pane of that number."
_LAYOUT = "The next layout, or the one before: grid, columns, focus, list, reading."
_PAGE = "Read a page further back, or further on."
_LINE = "Read a row further back, or further on."
_CURSOR = "Move the cursor line; the pane stands still."
_AGAIN = "The next line that holds it, further back, or further on."
_ENDS = "Go to the oldest line, or back to live."

# fmt: off
SCREEN_KEYS: tuple[Shortcut, ...] = (
    Shortcut("commit", "c", "commit", "c", "commit", "Turn the grey text into a committed line now.", PANE, True, True, steers=True),
    Shortcut("stop", "s", "stop_or_start", "s", "stop", "Stop it and save its last words, or start it again.", PANE, True, True, undo="start", steers=True),
    Shortcut("reconnect", "r", "reconnect", "r", "reconnect", "Drop the connection, or the wait for it; connect now.", PANE, False, True, steers=True),
    Shortcut("pause", "p", "pause", "p", "pause", "Stop or resume sending sound; the source plays on.", PANE, False, True, steers=True),
    Shortcut("hold", "H", "hold", "H", "hold still", "Hold its text still, or follow what is said again.", PANE, False, True),
    Shortcut("zoom", "z", "zoom", "z", "zoom", "Let it fill the screen; the same key leads back.", PANE, True, True, undo="unzoom"),
    Shortcut("unzoom", "escape", "unzoom", "esc", "all panes", "Back to the live end, then out of the zoom.", PANE),
    Shortcut("settings", "S", "pane_settings", "S", "settings", "Change its language, commit policy, watch words or price.", PANE, False, True, steers=True),
    Shortcut("rename", "R", "rename", "R", "rename", "Give it another name.", PANE, False, True, steers=True),
    Shortcut("remove", "D", "remove", "D", "remove", "Stop it and take its pane away; asks first.", PANE, False, True, steers=True),
    Shortcut("next", "tab", "step(1)", "tab", "next pane", _STEP, MOVE, False, True),
    Shortcut("previous", "shift+tab", "step(-1)", "shift+tab", "previous pane", _STEP, MOVE, False, True),
    Shortcut("trouble", "t", "next_in_trouble", "t", "next in trouble", "Go to the next pane that is down, failed or silent.", MOVE, False, True),
    Shortcut("news", "u", "next_with_news", "u", "next with news", "Go to the next pane with a new hit, else with new lines.", MOVE, False, True),
    Shortcut("by-name", "g", "go_by_name", "g", "go by name", "Type letters of its name, or its number, and go there.", MOVE, False, True),
    Shortcut("left", "left", "move('left')", LEFT, "left", _SIDE, MOVE),
    Shortcut("right", "right", "move('right')", RIGHT, "right", _SIDE, MOVE),
    Shortcut("up", "up", "move('up')", UP, "up", _SIDE, MOVE),
    Shortcut("down", "down", "move('down')", DOWN, "down", _SIDE, MOVE),
    *(Shortcut(f"pane-{n}", f"{n}", f"jump({n})", f"{n}", f"pane {n}", _NUMBER, MOVE) for n in range(1, 10)),
    Shortcut("layout", "l", "layout(1)", "l", "layout", _LAYOUT, ARRANGE, True, True),
    Shortcut("layout-back", "L", "layout(-1)", "L", "layout before", _LAYOUT, ARRANGE, False, True),
    Shortcut("order", "O", "order", "O", "order", "Show the panes by number, by trouble or by activity.", ARRANGE, False, True),
    Shortcut("page-up", "pageup", "scroll_page(-1)", "PgUp", "page up", _PAGE, READ, False, True),
    Shortcut("page-down", "pagedown", "scroll_page(1)", "PgDn", "page down", _PAGE, READ, False, True),
    Shortcut("cursor-up", "k", "move_cursor(-1)", "k", "cursor up", _CURSOR, READ),
    Shortcut("cursor-down", "j", "move_cursor(1)", "j", "cursor down", _CURSOR, READ),
    Shortcut("line-up", "shift+up", "scroll_line(-1)", f"shift+{UP}", "row up", _LINE, READ),
    Shortcut("line-down", "shift+down", "scroll_line(1)", f"shift+{DOWN}", "row down", _LINE, READ),
    Shortcut("home", "home", "scroll_to_start", "Home", "oldest line", _ENDS, READ, False, True),
    Shortcut("end", "end,G", "scroll_to_end", "End", "live end", _ENDS, READ, False, True),
    Shortcut("find", "slash", "find", "/", "find", "Find words in this pane; case and accents do not count.", READ, True, True),
    Shortcut("find-back", "n", "find_next(-1)", "n", "find back", _AGAIN, READ),
    Shortcut("find-on", "N", "find_next(1)", "N", "find on", _AGAIN, READ),
    Shortcut("find-all", "f", "find_all", "f", "find in all", "Find words in all panes, and in earlier runs if these were searched before.", READ, False, True),
    Shortcut("time", "T", "go_to_time", "T", "clock time", "All panes to what was said at a clock time.", READ, False, True),
    Shortcut("mark", "m", "mark", "m", "mark", "Mark the cursor line, or the latest; again: no mark.", READ, False, True),
    Shortcut("places", "apostrophe", "places", "'", "places", "List marks, errors, gaps and hits of all panes, to go there.", READ, False, True),
    Shortcut("range", "v", "range", "v", "range", "Begin a range at the cursor; again: no range.", TAKE, False, True),
    Shortcut("copy", "y", "copy", "y", "copy", "Copy the range, the cursor line or the latest line as a quote.", TAKE, False, True),
    Shortcut("clip", "x", "clip", "x", "clip", "Save the sound of the range, the cursor line or the last half minute, and its text.", TAKE, False, True),
    Shortcut("export", "e", "export", "e", "export", "Write what this pane has said in the form of other programs.", TAKE, False, True),
    Shortcut("listen", "o", "listen", "o", "listen", "Hear this pane, or the cursor line, on this machine's speakers; again: no more.", TAKE, False, True),
    Shortcut("hits", "h", "hits", "h", "hits", "All hits: go there, confirm what was heard, or never again.", WATCH, True, True),
    Shortcut("words", "w", "watch_words", "w", "watch words", "See the watch words, put some in or take some out.", WATCH, False, True, steers=True),
    Shortcut("add", "a", "add", "a", "add", "Add a source: an address, a file, a microphone, a list of stations.", SOURCES, True, True, steers=True),
    Shortcut("save", "W", "save_set", "W", "save sources", "Save the present sources and settings as a file for --config.", SOURCES, False, True, steers=True),
)

APP_KEYS: tuple[Shortcut, ...] = (
    Shortcut("help", "question_mark,f1", "help", "?", "help", "What all the keys do.", PROGRAM, True, True),
    Shortcut("palette", "ctrl+p,colon", "command_palette", "^p", "palette", "Find a command by its name.", PROGRAM),
    Shortcut("repaint", "ctrl+l", "repaint", "^l", "repaint", "Paint the whole screen anew.", PROGRAM, False, True),
    Shortcut("quit", "q", "quit_politely", "q", "quit", "Stop, save and leave; asks while panes run or wait.", PROGRAM, True, True),
    Shortcut("interrupt", "ctrl+c", "interrupt", "^c", "quit now", "Leave without the question; again: leave at once.", PROGRAM, priority=True),
)

_PACE = "Faster, or slower."
_MINUTE = "Back by a minute, or on."
_MINUTES = "Back by ten minutes, or on."
_NOTABLE = "To the next gap, hit or error, or the one before."
_GAP = "To the next gap, or the one before."
_HIT = "To the next hit of a watch word, or the one before."
_ERROR = "To the next error, or the one before."

PLAY_KEYS: tuple[Shortcut, ...] = (
    Shortcut("replay-pause", "space", "pause_or_play", "space", "pause/play", "Stand still, or play on; at the end: once more.", REPLAY, True, True),
    Shortcut("faster", "plus,equals_sign", "speed(1)", "+", "faster", _PACE, REPLAY, True, True),
    Shortcut("slower", "minus", "speed(-1)", "-", "slower", _PACE, REPLAY, True, True),
    Shortcut("minute-back", "left_square_bracket,shift+left", "go_by(-60)", "[", "1 min back", _MINUTE, REPLAY, True, True),
    Shortcut("minute-on", "right_square_bracket,shift+right", "go_by(60)", "]", "1 min on", _MINUTE, REPLAY, True, True),
    Shortcut("minutes-back", "left_curly_bracket,ctrl+left", "go_by(-600)", "{", "10 min back", _MINUTES, REPLAY, False, True),
    Shortcut("minutes-on", "right_curly_bracket,ctrl+right", "go_by(600)", "}", "10 min on", _MINUTES, REPLAY, False, True),
    Shortcut("notable-next", "full_stop", "go_to_mark(1)", ".", "next mark", _NOTABLE, REPLAY, True, True),
    Shortcut("notable-previous", "comma", "go_to_mark(-1)", ",", "mark before", _NOTABLE, REPLAY, False, True),
    Shortcut("gap-next", "b", "go_to_mark(1, 'gap')", "b", "next gap", _GAP, REPLAY, False, True),
    Shortcut("gap-previous", "B", "go_to_mark(-1, 'gap')", "B", "gap before", _GAP, REPLAY, False, True),
    Shortcut("hit-next", "w", "go_to_mark(1, 'hit')", "w", "next hit", _HIT, REPLAY, False, True),
    Shortcut("hit-previous", "W", "go_to_mark(-1, 'hit')", "W", "hit before", _HIT, REPLAY, False, True),
    Shortcut("error-next", "d", "go_to_mark(1, 'error')", "d", "next error", _ERROR, REPLAY, False, True),
    Shortcut("error-previous", "D", "go_to_mark(-1, 'error')", "D", "error before", _ERROR, REPLAY, False, True),
    Shortcut("time", "T", "ask_time", "T", "to a time", "To a time: 10:30, 2026-11-26T10:30, +90 or -2h.", REPLAY, True, True),
    Shortcut("start-over", "0", "start_over", "0", "beginning", "To the beginning of the run.", REPLAY, False, True),
)
# fmt: on

ALL_KEYS = SCREEN_KEYS + APP_KEYS


def _in_a_replay(key: Shortcut, play: Iterable[Shortcut]) -> Shortcut | None:
    """Return a key of the live screen for a replay; one that steers a session says why it cannot.

    None if the replay uses all its keys for something else.
    """
    taken = {name for own in play for name in own.keys.split(",")}
    left = [name for name in key.keys.split(",") if name not in taken]
    if not left:
        return None
    key = replace(key, keys=",".join(left))
    if key.steers:
        return replace(key, action=f"refuse('{key.label}')", footer=False, palette=False)
    return replace(key, footer=key.footer and key.id not in ("find", "hits", "layout"))


def replay_keys(
    play: Iterable[Shortcut] = PLAY_KEYS, live: Iterable[Shortcut] = SCREEN_KEYS
) -> list[Shortcut]:
    """Return the keys of a replay's screen: its own, and those left of the live screen."""
    play = tuple(play)
    left = (_in_a_replay(key, play) for key in live)
    return [*play, *(key for key in left if key is not None)]


def offered(keys: Iterable[Shortcut]) -> tuple[Shortcut, ...]:
    """Return the keys without those that only say why they do nothing in a replay."""
    return tuple(key for key in keys if not key.action.startswith("refuse"))


REPLAY_SCREEN_KEYS = tuple(replay_keys())
REPLAY_APP_KEYS = tuple(
    replace(key, tooltip="Leave the replay.") if key.id in ("quit", "interrupt") else key
    for key in APP_KEYS
)
REPLAY_KEYS = offered(REPLAY_SCREEN_KEYS) + REPLAY_APP_KEYS
"""The keys that a replay offers."""


def unrepeated(keys: Iterable[Shortcut]) -> frozenset[str]:
    """Return Textual's names of the keys that act only once while held down."""
    return frozenset(
        name
        for key in (*keys, PLAY_KEYS[0])
        if key.group in (PANE, WATCH, SOURCES, PROGRAM, REPLAY)
        for name in key.keys.split(",")
    )
