"""`[[watch]]`, `[[alert]]` and `[themes]` tables of a file; complaints are left to be placed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scribe_tui.config.paths import user_path
from scribe_tui.errors import UsageError
from scribe_tui.settings.alerts import About, OutletKind, OutletSettings, parse_outlet
from scribe_tui.settings.themes import COLOURS, ThemeSettings
from scribe_tui.settings.watch import WatchSettings

_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_WATCH_KEYS = (
    *("name", "words", "regex", "heard_as", "except"),
    *("level", "cooldown_seconds", "sources"),
)
_THEME_KEYS = ("like", *COLOURS)
_OUTLET_KEYS = ("to", "to_env", "arguments", "secret_env", "about", "sources")


def read_watch(table: Mapping[str, Any], index: int) -> WatchSettings:
    """A watch list; without a name it is called by its place. Raises UsageError."""
    _check_keys(table, _WATCH_KEYS, "[[watch]]")
    words = _texts(table, "words")
    values: dict[str, Any] = {
        "name": _text(table, "name") or f"watch {index + 1}",
        "words": words,
        "regex": _texts(table, "regex"),
        "heard_as": _heard_as(table.get("heard_as", {}), words),
        "excepted": _texts(table, "except"),
        "sources": _texts(table, "sources"),
    }
    if "level" in table:
        values["level"] = _text(table, "level")
    if "cooldown_seconds" in table:
        seconds = table["cooldown_seconds"]
        if type(seconds) not in (int, float):
            raise _wrong("cooldown_seconds", "a number")
        values["cooldown_seconds"] = float(seconds)
    return WatchSettings(**values)


def read_outlet(
    table: Mapping[str, Any], environment: Mapping[str, str], folder: Path
) -> OutletSettings:
    """An outlet. What is secret stands in the environment, named by `to_env`, `secret_env`.

    A command counts from `folder`, where the file lies, unless it is a bare name to be found in
    PATH. Raises UsageError that shows nothing of addresses and secrets.
    """
    _check_keys(table, _OUTLET_KEYS, "[[alert]]")
    variables = tuple(table[key] for key in ("to_env", "secret_env") if _text(table, key))
    to, named = _text(table, "to"), _text(table, "to_env")
    if to and named:
        problem = "this [[alert]] has both to and to_env, and one of them says where to"
        raise UsageError("wrong outlet", problem)
    to = to or _from(environment, named, "to_env")
    if not to:
        raise UsageError("wrong outlet", 'this [[alert]] has no to = "..."')
    plain = parse_outlet(to)
    target = plain.target
    if plain.kind is OutletKind.COMMAND and "/" in target:
        target = str(folder / user_path(target))
    return OutletSettings(
        kind=plain.kind,
        target=target,
        arguments=_texts(table, "arguments"),
        secret=_from(environment, _text(table, "secret_env"), "secret_env") or None,
        about=_about(table),
        sources=_texts(table, "sources"),
        variables=variables,
    )


def read_theme(name: str, table: object) -> ThemeSettings:
    """The theme of that name: another one, and its own colours. Raises UsageError."""
    if not isinstance(table, dict):
        raise _wrong(f"themes.{name}", 'a table such as [themes.mine] with focus = "#0a9396"')
    _check_keys(table, _THEME_KEYS, "theme")
    colours = tuple((what, _text(table, what)) for what in COLOURS if what in table)
    like = _text(table, "like") or "terminal"
    return ThemeSettings(name=name, like=like, colours=colours)


def _about(table: Mapping[str, Any]) -> tuple[About, ...]:
    chosen = _texts(table, "about")
    try:
        return tuple(About(text) for text in chosen) or tuple(About)
    except ValueError:
        raise _wrong("about", f"a list of {' and '.join(About)}") from None


def _heard_as(value: object, words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`{ Southwark = ["Suthark"] }`, or for a single word only the list of its forms."""
    if isinstance(value, list) and len(words) == 1:
        value = {words[0]: value}
    if not isinstance(value, dict):
        raise _wrong("heard_as", 'a table such as { Southwark = ["Suthark"] }')
    return tuple((word, form) for word in value for form in _texts(value, word))


def _check_keys(table: Mapping[str, Any], known: tuple[str, ...], name: str) -> None:
    for key in table:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            guess = f"; did you mean {close[0]}" if close else ""
            raise UsageError("settings file", f"a {name} has no {key!r}{guess}")


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _wrong(key, "a text")
    return value.strip()


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, "a list of texts")
    return tuple(value)


def _from(environment: Mapping[str, str], variable: str, key: str) -> str:
    """What a variable named in the file under `key` holds. Raises UsageError where it is not set.

    What looks unlike a variable may be the secret itself, written there by a slip: it is not shown.
    """
    value = environment.get(variable, "").strip() if variable else ""
    if variable and not value:
        shown = variable if _VARIABLE.fullmatch(variable) else f"that {key} names"
        raise UsageError(
            "missing variable", f"the variable {shown} is not set, in the environment or .env"
        )
    return value


def _wrong(key: str, allowed: str) -> UsageError:
    return UsageError("settings file", f"{key} must be {allowed}")
