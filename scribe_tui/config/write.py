"""Write settings as the TOML file that `toml` reads back to the same settings.

The key of the service is never written. A secret that came from the environment stays there and
is only named; one that was written out (a password in an address) is written out again, so the
file is for its owner alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import Any

from scribe_tui.config.options import OPTIONS, OWN_OR_SHARED, Option, OptionKind
from scribe_tui.config.paths import user_path
from scribe_tui.config.toml import MAX_BYTES
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.settings import (
    OutletSettings,
    Settings,
    SourceSettings,
    SpeechSettings,
    ThemeSettings,
    WatchSettings,
)
from scribe_tui.settings.alerts import About, OutletKind
from scribe_tui.settings.source import is_device

OF_SOURCES = tuple(o for o in OPTIONS if o.owner in (SourceSettings, SpeechSettings))
"""Options that can be set for each source and, at the top of the file, for all."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def save_toml(
    file: Path, settings: Settings, sources: Sequence[SourceSettings], *, replace: bool = False
) -> None:
    """Write the program's `settings` with `sources` in the place of its own, for the owner alone.

    The file is written completely or not at all. Raises UsageError; an existing file is replaced
    only if `replace`.
    """
    shown = harmless_line(str(file))
    if os.path.lexists(file) and not replace:
        lost = ", with comments that would be lost" if _has_comments(file) else ""
        raise UsageError("file exists", f"{shown} is there already{lost}.")
    part = file.with_name(f".{file.name}.part")
    try:
        content = to_toml(settings, sources).encode("utf-8")
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
            os.fsync(target.fileno())
        part.replace(file)
    except UnicodeEncodeError:
        raise UsageError(
            "not text", "A path or name among the sources is not UTF-8, as TOML has to be."
        ) from None
    except OSError as error:
        with suppress(OSError):  # a name that is too long cannot be there either
            part.unlink()
        raise UsageError(
            "not saved", f"{shown} cannot be written: {error.strerror}.", "Choose another place."
        ) from None


def _has_comments(file: Path) -> bool:
    """Whether a file has lines that only a person writes."""
    try:
        with file.open("rb") as lines:
            return any(line.lstrip().startswith(b"#") for line in lines.readlines(MAX_BYTES))
    except OSError:
        return False


def to_toml(settings: Settings, sources: Sequence[SourceSettings]) -> str:
    """The text of the file. What is as it is by default is left out.

    What sources are set to that say nothing themselves stands at the top, once; each source says
    only where it differs.
    """
    settings = _in_tables(settings)
    common = _common(settings.defaults, sources)
    lines: list[str] = []
    for owner in (settings, settings.resilience, settings.journal):
        lines += _options(owner, type(owner))
    lines += [f"{option.name} = {_value(option, value)}" for option, value in common.items()]
    for theme in settings.themes:
        lines += ["", f"[themes.{theme.name}]", *_theme(theme)]
    for source in sources:
        lines += ["", "[[source]]", *_source(source, common)]
    for watch in settings.watches:
        lines += ["", "[[watch]]", *_watch(watch)]
    for outlet in settings.outlets:
        lines += ["", "[[alert]]", *_outlet(outlet)]
    return "\n".join(lines).lstrip("\n") + "\n"


def _common(
    defaults: SourceSettings | None, sources: Sequence[SourceSettings]
) -> dict[Option, Any]:
    """Options of sources that can stand at the top: every source can say what it has instead."""
    found: dict[Option, Any] = {}
    if defaults is None:
        return found
    for option in OF_SOURCES:
        value = _of(defaults, option)
        if value != option.default and all(
            _can_be_said(option, _of(source, option), value) for source in sources
        ):
            found[option] = value
    return found


def _can_be_said(option: Option, own: Any, common: Any) -> bool:
    """Whether a source can have `own` below a `common` one. TOML has no word for nothing.

    Pairs are laid over those above, name by name.
    """
    if own == common:
        return True
    if option.kind is OptionKind.PAIRS:
        return {name for name, _ in common} <= {name for name, _ in own}
    return own is not None


def _of(source: SourceSettings, option: Option) -> Any:
    return getattr(source if option.owner is SourceSettings else source.speech, option.name)


def _in_tables(settings: Settings) -> Settings:
    """Where there are tables of a kind, all of that kind are: TOML has one or the other.

    Outlets that the environment names stay there.
    """
    if settings.alert_variable:
        settings = replace_fields(settings, alert=())
    if settings.watches and settings.watch:
        lists = (*settings.watches, WatchSettings(words=settings.watch))
        settings = replace_fields(settings, watch=(), watches=lists)
    if settings.outlets and settings.alert:
        settings = replace_fields(settings, alert=(), outlets=settings.all_outlets())
    return settings


def _options(values: object, owner: type) -> Iterator[str]:
    for option in OPTIONS:
        if option.owner is owner:
            value = getattr(values, option.name)
            if value != option.default:
                yield f"{option.name} = {_value(option, value)}"


def _source(source: SourceSettings, common: Mapping[Option, Any]) -> Iterator[str]:
    addresses = [_whole(address) for address in (source.address, *source.fallbacks)]
    yield f"name = {_text(source.name)}"
    yield f"source = {_list(addresses) if source.fallbacks else _text(addresses[0])}"
    for option in OPTIONS:
        if option.name in OWN_OR_SHARED and (own := getattr(source, option.name)):
            yield f"{option.name} = {_value(option, own)}"
    for option in OF_SOURCES:
        if (value := _of(source, option)) != common.get(option, option.default):
            yield f"{option.name} = {_value(option, value)}"


def _theme(theme: ThemeSettings) -> Iterator[str]:
    yield f"like = {_text(theme.like)}"
    for what, colour in theme.colours:
        yield f"{what} = {_text(colour)}"


def _whole(address: str) -> str:
    """A file's whole path: a relative one would count from where the file of settings lies."""
    if "://" in address or address == "-" or is_device(address):
        return address
    return str(user_path(address).absolute())


def _watch(watch: WatchSettings) -> Iterator[str]:
    yield f"name = {_text(watch.name)}"
    for key, texts in (
        ("words", watch.words),
        ("regex", watch.regex),
        ("except", watch.excepted),
        ("sources", watch.sources),
    ):
        if texts:
            yield f"{key} = {_list(texts)}"
    yield f"level = {_text(watch.level)}"
    yield f"cooldown_seconds = {watch.cooldown_seconds!r}"
    if watch.heard_as:
        yield f"heard_as = {_table(watch.heard_as, always_lists=True)}"


def _outlet(outlet: OutletSettings) -> Iterator[str]:
    """Variables stand for what they hold: the last one for a secret, the other for the target."""
    variables = list(outlet.variables)
    secret = variables.pop() if outlet.secret is not None and variables else None
    if variables:
        yield f"to_env = {_text(variables[0])}"
    else:
        plain = outlet.kind in (OutletKind.BELL, OutletKind.DESKTOP)
        yield f"to = {_text(outlet.kind if plain else f'{outlet.kind}:{outlet.target}')}"
    if secret is not None:
        yield f"secret_env = {_text(secret)}"
    if outlet.arguments:
        yield f"arguments = {_list(outlet.arguments)}"
    if outlet.about != tuple(About):
        yield f"about = {_list(outlet.about)}"
    if outlet.sources:
        yield f"sources = {_list(outlet.sources)}"


def _value(option: Option, value: Any) -> str:
    if option.kind is OptionKind.SWITCH:
        return "true" if value else "false"
    if option.kind in (OptionKind.NUMBER, OptionKind.INTEGER):
        return repr(value)
    if option.kind is OptionKind.LIST:
        return _list(value)
    if option.kind is OptionKind.PAIRS:
        return _table(value)
    return _text(str(value.absolute()) if isinstance(value, Path) else value)


def _table(pairs: Iterable[tuple[str, str]], *, always_lists: bool = False) -> str:
    """Pairs as an inline table; those of one name as a list."""
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    items = (
        f"{_text(name)} = {_list(values) if always_lists or len(values) > 1 else _text(values[0])}"
        for name, values in grouped.items()
    )
    return "{ " + ", ".join(items) + " }"


def _list(texts: Iterable[str]) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"


def _text(text: str) -> str:
    """A basic string."""
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if (escape := _ESCAPES.get(char)) is not None:
        return escape
    return f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char
