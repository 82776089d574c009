"""Every setting as an option with three names: flag, environment variable, TOML key.

The list is derived from the fields of the settings classes, so that an option is declared
once. Values come as text (flag, environment) or as TOML's types and leave converted and
range-checked, or as a UsageError that says where the wrong value stood.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from scribe_tui.config.paths import user_path
from scribe_tui.errors import UsageError
from scribe_tui.rules import Rule, check_value, refused, rule_of
from scribe_tui.sanitize import HIDDEN
from scribe_tui.settings import (
    JournalSettings,
    ResilienceSettings,
    Settings,
    SourceSettings,
    SpeechSettings,
)

PREFIX = "SCRIBE_"
"""What the environment variable of every option begins with."""

ADDED_TO_SHARED = frozenset({"watch"})
"""Lists that a single source may add to: its values apply together with the program's."""

OWN_OR_SHARED = frozenset({"endpoint", "transport", "seconds"}) | ADDED_TO_SHARED
"""Settings of the whole program that a single source may override."""

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class OptionKind(StrEnum):
    """The type of an option's value; the string is its name in error sentences."""

    TEXT = "a text"
    NUMBER = "a number"
    INTEGER = "a whole number"
    SWITCH = "true or false"
    LIST = "a list of texts"
    PAIRS = "NAME=VALUE"
    PATH = "a path"


@dataclass(frozen=True, slots=True)
class Option:
    """One setting by all its names. `owner` is the settings class whose field it is."""

    name: str
    kind: OptionKind
    rule: Rule
    default: Any
    owner: type

    @property
    def flag(self) -> str:
        """The command-line flag, for a switch the one that turns it on."""
        return self.rule.flag or f"--{self.name.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """The environment variable."""
        return PREFIX + self.name.upper()

    @property
    def keys(self) -> frozenset[str]:
        """The option's names in TOML and, in capitals, in the environment."""
        return frozenset({self.name, self.flag.removeprefix("--").replace("-", "_")})

    @property
    def opposites(self) -> frozenset[str]:
        """The names that negate a switch in TOML and the environment, such as `no_timestamps`."""
        if self.kind is not OptionKind.SWITCH:
            return frozenset()
        return frozenset(opposite(key) for key in self.keys)

    @property
    def repeatable(self) -> bool:
        """Whether its flag may be given several times."""
        return self.kind in (OptionKind.LIST, OptionKind.PAIRS)

    @property
    def per_source(self) -> bool:
        """Whether each source may have its own value."""
        return self.owner in (SourceSettings, SpeechSettings) or self.name in OWN_OR_SHARED

    def from_text(self, text: str, where: str) -> Any:
        """The value that `text` from a flag or the environment means.

        Lists are separated by commas. Raises UsageError that calls the option `where`.
        """
        return self._checked(self._convert(text.strip(), where), where)

    def from_texts(self, texts: tuple[str, ...], where: str) -> Any:
        """The value of a flag that was given several times. Raises UsageError."""
        if self.kind is OptionKind.PAIRS:
            return self._convert(texts, where)
        if self.rule.choices:  # --live srt,vtt is --live srt --live vtt
            texts = tuple(item for text in texts for item in _list(text))
        return self._checked(texts, where)

    def from_toml(self, value: object, where: str) -> Any:
        """The value of a TOML key. Raises UsageError that calls the option `where`."""
        if self.kind is OptionKind.TEXT and type(value) in (int, float):
            value = str(value)  # commit = 5
        if self.kind is OptionKind.NUMBER and type(value) is int:
            value = float(value)
        if self.kind is OptionKind.LIST and isinstance(value, list):
            value = tuple(value)
        if self.kind is OptionKind.PAIRS:
            return _pairs_of_table(value, where)
        if not self._has_kind(value):
            allowed = self.rule.shape if self.kind is OptionKind.TEXT else ""
            raise _wrong_type(where, value, allowed or self.kind, secret=self.rule.secret)
        return self._checked(
            self._path(str(value), where) if self.kind is OptionKind.PATH else value, where
        )

    def _path(self, text: str, where: str) -> Path:
        """Nothing but blanks is no path, though to Python it is the working folder."""
        if not text.strip():
            raise refused(where, text, self.kind)
        return user_path(text)

    def _has_kind(self, value: object) -> bool:
        if isinstance(value, tuple):
            return self.kind is OptionKind.LIST and all(type(item) is str for item in value)
        return type(value) is _TOML_TYPES[self.kind]

    def _convert(self, text: str | tuple[str, ...], where: str) -> Any:
        if self.kind is OptionKind.PATH and isinstance(text, str):
            return self._path(text, where)
        try:
            return _FROM_TEXT[self.kind](text)
        except ValueError:
            shown = HIDDEN if self.rule.secret else text
            raise refused(where, shown, self.kind) from None

    def _checked(self, value: Any, where: str) -> Any:
        check_value(where, value, self.rule)
        return value


def opposite(key: str) -> str:
    """The contrary of a switch's key: `no_mouse` of `mouse`, `verbatim` of `no_verbatim`."""
    return key.removeprefix("no_") if key.startswith("no_") else f"no_{key}"


def _switch(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError


def _list(text: str) -> tuple[str, ...]:
    return tuple(item for part in text.split(",") if (item := part.strip()))


def _pairs(text: str | tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """`NAME=VALUE` texts taken apart. Raises ValueError for one without a name."""
    pairs = []
    for item in _list(text) if isinstance(text, str) else text:
        name, equals, value = item.partition("=")
        if not (equals and name.strip()):
            raise ValueError
        pairs.append((name.strip(), value))
    return tuple(pairs)


def _pairs_of_table(value: object, where: str) -> tuple[tuple[str, str], ...]:
    """The pairs of a TOML table; a list stands for a repeated parameter. Raises UsageError."""
    allowed = 'a table of texts such as {name = "value"}'
    if not isinstance(value, dict):
        raise _wrong_type(where, value, allowed, secret=True)
    pairs = []
    for name, items in value.items():
        for item in items if isinstance(items, list) else [items]:
            if not isinstance(item, str | bool | int | float):
                allowed = "a text, a number, true or false"
                raise _wrong_type(f"{where}.{name}", item, allowed, secret=True)
            pairs.append((name, str(item).lower() if isinstance(item, bool) else str(item)))
    return tuple(pairs)


def _wrong_type(where: str, value: object, allowed: str, *, secret: bool) -> UsageError:
    """The error for a TOML value of another type; names that type where the value may be secret.

    So it does for lists and tables, which nobody would recognise as Python writes them.
    """
    if not secret and not isinstance(value, list | tuple | dict):
        return refused(where, str(value).lower() if isinstance(value, bool) else value, allowed)
    name = _type_name(value)
    if isinstance(value, tuple) and value:
        other = next(item for item in value if type(item) is not str)
        name = f"{name} with {_type_name(other)} in it"
    return UsageError("wrong setting", f"{where} cannot be {name}: it takes {allowed}.")


def _type_name(value: object) -> str:
    """What TOML calls the type of `value`, with its article."""
    return next((name for kind, name in _TYPE_NAMES if isinstance(value, kind)), "a date or time")


_FROM_TEXT: dict[OptionKind, Callable[[Any], Any]] = {
    OptionKind.TEXT: str,
    OptionKind.NUMBER: float,
    OptionKind.INTEGER: int,
    OptionKind.SWITCH: _switch,
    OptionKind.LIST: _list,
    OptionKind.PAIRS: _pairs,
}
_TYPE_NAMES = (
    (str, "a text"),
    (bool, "true or false"),
    (int | float, "a number"),
    (list | tuple, "a list"),
    (dict, "a table"),
)
_TOML_TYPES: dict[OptionKind, type] = {
    OptionKind.TEXT: str,
    OptionKind.NUMBER: float,
    OptionKind.INTEGER: int,
    OptionKind.SWITCH: bool,
    OptionKind.LIST: tuple,
    OptionKind.PAIRS: tuple,
    OptionKind.PATH: str,
}
_KINDS: dict[Any, OptionKind] = {
    str: OptionKind.TEXT,
    float: OptionKind.NUMBER,
    int: OptionKind.INTEGER,
    bool: OptionKind.SWITCH,
    tuple: OptionKind.LIST,
    Path: OptionKind.PATH,
}


def _kind_of(hint: Any) -> OptionKind:
    if isinstance(hint, UnionType):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple and get_origin(get_args(hint)[0]) is tuple:
        return OptionKind.PAIRS
    return _KINDS[get_origin(hint) or hint]


def _options_of(owner: type) -> list[Option]:
    hints = get_type_hints(owner)
    return [
        Option(item.name, _kind_of(hints[item.name]), rule, item.default, owner)
        for item in fields(owner)
        if (rule := rule_of(item)) is not None
    ]


OPTIONS = tuple(
    option
    for owner in (Settings, SourceSettings, ResilienceSettings, JournalSettings, SpeechSettings)
    for option in _options_of(owner)
)
"""Every option, the program's first."""
