"""Whether this terminal, and this Textual, can show a screen at all."""

from __future__ import annotations

import os

from scribe_tui.errors import UsageError
from scribe_tui.tui.private_names import missing
from scribe_tui.tui.terminal import driver, paced_app, unpainted

_NEEDED = driver.PRIVATE_NAMES + paced_app.PRIVATE_NAMES + unpainted.PRIVATE_NAMES
_INSTEAD = "Or use scribe-tui record SOURCE ..., which needs no screen."
_FAMILIES = (
    "xterm", "screen", "tmux", "linux", "vt", "rxvt", "kitty", "alacritty", "foot", "ghostty",
    "wezterm", "konsole", "gnome", "iterm", "eterm", "st-", "contour", "cygwin", "ansi", "putty",
)  # fmt: skip
"""Name prefixes of terminals that can show a screen, even if terminfo does not list them."""


def check_screen() -> None:
    """Raise UsageError if no screen can be shown."""
    term = os.environ.get("TERM", "")
    if not can_place_text(term):
        said = f"calls itself {term!r} (TERM)" if term else "does not say what it is (TERM)"
        raise UsageError(
            "terminal",
            f"This terminal {said}: a screen cannot be drawn on that.",
            f"Set TERM to what it is; xterm-256color is right for most. {_INSTEAD}",
        )
    if changed := missing(_NEEDED):
        raise UsageError(
            "textual",
            f"The library textual is another one than this program knows: no {changed[0]}.",
            f"Install a version that it allows. {_INSTEAD}",
        )


def can_place_text(term: str) -> bool:
    """Return whether a terminal called `term` can move the cursor by ANSI sequences."""
    if term in ("", "dumb", "unknown") or term.startswith("vt52"):
        return False
    if term.startswith(_FAMILIES):
        return True
    try:
        import curses

        curses.setupterm(term)
        return (curses.tigetstr("cup") or b"").startswith(b"\x1b[")  # other sequences are not ANSI
    except ImportError:
        return True  # no terminfo on this system: trust the name
    except curses.error:
        return False
