"""The user's own keys: `[keys]` in the settings file, by the ids of the declarations."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace

from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.tui.keys import (
    ALL_KEYS,
    PLAY_KEYS,
    REPLAY_APP_KEYS,
    SCREEN_KEYS,
    Shortcut,
    replay_keys,
)
from scribe_tui.tui.rendering.signs import DOWN, LEFT, RIGHT, UP

_NAMED = frozenset(key.value for key in Keys) | {"space"}
_MODIFIERS = ("ctrl", "alt", "shift")
_SHORT = {
    **{"escape": "esc", "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End"},
    **{"left": LEFT, "right": RIGHT, "up": UP, "down": DOWN, "delete": "Del", "insert": "Ins"},
}
_SENT_ALIKE = {
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
}
_FIXED = frozenset({"interrupt"})
"""The key for leaving, which cannot be changed."""


def remapped(
    pairs: Iterable[tuple[str, str]], keys: Sequence[Shortcut] = ALL_KEYS
) -> tuple[Shortcut, ...]:
    """Return `keys` changed by (id, key) pairs; several keys for one id are separated by commas.

    Raises UsageError for an unknown id or key, and for a key with two meanings.
    """
    wanted = dict(pairs)
    known = {key.id for key in (*keys, *ALL_KEYS, *PLAY_KEYS)}
    for name in wanted:
        if name not in known or name in _FIXED:
            close = difflib.get_close_matches(name, known - _FIXED, n=1)
            guess = f" Did you mean {close[0]}?" if close else ""
            raise UsageError(
                "wrong key",
                f"[keys] has {harmless_line(name)!r}, which no key is called.{guess}",
                "The names are " + ", ".join(sorted(known - _FIXED)) + ".",
            )
    changed = tuple(_with(key, wanted[key.id]) if key.id in wanted else key for key in keys)
    _refuse_conflicts(changed)
    return changed


def remapped_in_replay(pairs: Iterable[tuple[str, str]]) -> tuple[Shortcut, ...]:
    """Return the keys of a replay, changed by the same pairs; its own keys take precedence.

    Raises UsageError like `remapped`.
    """
    pairs = tuple(pairs)
    remapped(pairs)
    own = remapped(pairs, (*PLAY_KEYS, *REPLAY_APP_KEYS))
    play, app = own[: len(PLAY_KEYS)], own[len(PLAY_KEYS) :]
    left = replay_keys(own, remapped(pairs, SCREEN_KEYS))[len(own) :]
    return (*play, *left, *app)


def _with(key: Shortcut, text: str) -> Shortcut:
    names = [part.strip() for part in text.split(",")] if text.strip() != "," else [","]
    return replace(key, keys=",".join(_name_of(name) for name in names), shown=_shown(names[0]))


def _name_of(text: str) -> str:
    """Return Textual's name of the key written as `text`: a character, or `ctrl+x`, `f5`.

    Raises UsageError.
    """
    if len(text) == 1 and text.isprintable() and not text.isspace():
        return name_of_character(text)
    *modifiers, last = text.lower().split("+")
    if modifiers == ["shift"] and len(last) == 1 and last.isalpha():
        return last.upper()  # what a terminal sends for shift and a letter
    if (same := _SENT_ALIKE.get(text.lower())) is not None:
        raise UsageError(
            "wrong key",
            f"[keys] has {text.lower()!r}: terminals send the same for it as for {same}.",
            "Choose another key.",
        )
    if "ctrl" in modifiers and last.isdigit():
        raise UsageError(
            "wrong key",
            f"[keys] has {harmless_line(text)[:40]!r}, which most terminals do not send.",
            "Choose another key.",
        )
    plain = len(last) == 1 and last.isascii() and last.isalnum()
    if all(modifier in _MODIFIERS for modifier in modifiers) and (
        text.lower() in _NAMED or last in _NAMED or (plain and modifiers)
    ):
        return text.lower()
    raise UsageError(
        "wrong key",
        f"[keys] has {harmless_line(text)[:40]!r}, which is no key.",
        'Write a character ("x", "?") or a name such as "ctrl+x", "f5", "space", "pageup".',
    )


def name_of_character(char: str) -> str:
    """Return Textual's name of the key of a character."""
    if char.isalnum():
        return char
    name = unicodedata.name(char, char).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _shown(text: str) -> str:
    if len(text) == 1:
        return text
    text = text.lower()
    if text.startswith("ctrl+") and len(text) == len("ctrl+x"):
        return f"^{text[-1]}"
    return _SHORT.get(text, text)


def _refuse_conflicts(keys: Sequence[Shortcut]) -> None:
    """Raise UsageError if one key would do two things."""
    does: dict[str, Shortcut] = {}
    for key in keys:
        for name in key.keys.split(","):
            other = does.setdefault(name, key)
            if other is not key:
                raise UsageError(
                    "keys clash",
                    f"[keys] gives {key.shown} to both {other.id} and {key.id}.",
                    f"Give {other.id} or {key.id} another key.",
                )
