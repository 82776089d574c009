"""Build the settings: flags override the environment, that the file, that the defaults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scribe_tui.config.entries import SourceEntry, TomlFile
from scribe_tui.config.names import default_names, split_spec, unique_names
from scribe_tui.config.options import (
    ADDED_TO_SHARED,
    OPTIONS,
    OWN_OR_SHARED,
    PREFIX,
    Option,
    OptionKind,
)
from scribe_tui.errors import UsageError
from scribe_tui.settings import (
    JournalSettings,
    ResilienceSettings,
    Settings,
    SourceSettings,
    SpeechSettings,
)

_PAIRED = frozenset(option.name for option in OPTIONS if option.kind is OptionKind.PAIRS)

KEY_VARIABLE = "ELEVENLABS_API_KEY"
"""The one place the service's key comes from."""


def load(
    flags: Mapping[str, Any],
    sources: Iterable[str],
    environment: Mapping[str, str],
    file: Path | None = None,
) -> Settings:
    """Build the settings of one start.

    `flags` holds what was given on the command line, by field name: a text, a tuple of
    texts, a bool, or None for not given. `sources` are `NAME=SOURCE` texts and come after
    those of the file. A flag or variable also overrides what the file says for a single
    source. Raises UsageError.
    """
    found = _read(file, environment) if file is not None else TomlFile({}, ())
    variables, given = _from_environment(environment), _from_flags(flags)
    above = variables | given
    entries = [*found.sources, *(SourceEntry(*split_spec(text)) for text in sources)]
    defaults = default_names([entry.address for entry in entries])
    names = unique_names(entry.name or name for entry, name in zip(entries, defaults, strict=True))
    shared = dict(found.values) | above
    return Settings(
        sources=tuple(
            _source(name, entry, dict(found.values), above)
            for name, entry in zip(names, entries, strict=True)
        ),
        defaults=_source("new", SourceEntry(None, "mic"), dict(found.values), above),
        api_key=_key(environment),
        resilience=ResilienceSettings(**_of(ResilienceSettings, shared)),
        journal=JournalSettings(**_of(JournalSettings, shared)),
        watches=found.watches,
        outlets=found.outlets,
        themes=found.themes,
        alert_variable="alert" in variables.keys() - given.keys(),
        **_of(Settings, shared),
    )


def _read(file: Path, environment: Mapping[str, str]) -> TomlFile:
    from scribe_tui.config.toml import read_toml  # 7 ms, for those who have a file

    return read_toml(file, environment)


def _of(owner: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {option.name for option in OPTIONS if option.owner is owner}
    return {name: value for name, value in values.items() if name in names}


def _source(
    name: str, entry: SourceEntry, shared: Mapping[str, Any], above: Mapping[str, Any]
) -> SourceSettings:
    values = _laid_over(shared, entry.values, above)
    own = {
        key: entry.values[key]
        for key in OWN_OR_SHARED & entry.values.keys()
        if key not in above or key in ADDED_TO_SHARED
    }
    if "\0" in entry.address:
        raise UsageError(
            "wrong source", f"{name}: the source holds a NUL character, as none can.", "Correct it."
        )
    try:
        return SourceSettings(
            name=name,
            address=entry.address,
            fallbacks=entry.fallbacks,
            speech=SpeechSettings(**_of(SpeechSettings, values)),
            **_of(SourceSettings, values),
            **own,
        )
    except UsageError as error:
        raise UsageError(error.title, f"{name}: {error.message}", error.remedy) from None


def _laid_over(*layers: Mapping[str, Any]) -> dict[str, Any]:
    """The merged values; later layers override earlier ones, pairs name by name."""
    values: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            if name in _PAIRED and name in values:
                named = {pair[0] for pair in value}
                value = (*(pair for pair in values[name] if pair[0] not in named), *value)  # noqa: PLW2901
            values[name] = value
    return values


def _from_flags(flags: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in flags.items() if value not in (None, ())}
    return {
        option.name: _flag_value(option, given[option.name])
        for option in OPTIONS
        if option.name in given
    }


def _flag_value(option: Option, value: Any) -> Any:
    if isinstance(value, tuple):
        return option.from_texts(value, option.flag)
    return option.from_text(value, option.flag) if isinstance(value, str) else value


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """An empty variable counts as not set, as in a `.env` that was only half filled in."""
    values = {}
    for option in OPTIONS:
        for key in sorted(option.keys | option.opposites):
            variable = PREFIX + key.upper()
            if environment.get(variable, "").strip():
                value = option.from_text(environment[variable], variable)
                values[option.name] = not value if key in option.opposites else value
    return values


def _key(environment: Mapping[str, str]) -> str | None:
    key = environment.get(KEY_VARIABLE, "").strip()
    if not key.isascii() or not key.isprintable():
        raise UsageError(
            "broken key",
            f"{KEY_VARIABLE} holds characters that no key has.",
            "Copy it again from https://elevenlabs.io/app/settings/api-keys.",
        )
    return key or None
