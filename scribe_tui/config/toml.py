"""Read a TOML file of settings and sources; every complaint names file, line and reason.

Top-level keys are program settings and the defaults of all sources; each `[[source]]`
table has `source` (a list: the first address that works), perhaps `name`, and any option of
its own. `[[watch]]`, `[[alert]]` and `[themes.NAME]` tables are read by `tables`.
"""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scribe_tui.config.bounded_read import PATIENCE_SECONDS, read_soon
from scribe_tui.config.entries import SourceEntry, TomlFile
from scribe_tui.config.names import clean_name, split_spec
from scribe_tui.config.options import OPTIONS, Option
from scribe_tui.config.paths import names_something, user_path
from scribe_tui.config.tables import read_outlet, read_theme, read_watch
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line, mask_url
from scribe_tui.settings.alerts import MAX_OUTLETS
from scribe_tui.settings.source import is_device
from scribe_tui.settings.themes import MAX_THEMES, ThemeSettings
from scribe_tui.settings.watch import MAX_LISTS

MAX_BYTES = 1_000_000
"""A larger file is not one of settings."""

_TOML_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_TABLE = re.compile(r"\s*\[\[?\s*(?P<name>[^\]]*?)\s*\]")
_SOURCE_ONLY = {"name", "source"}
_KINDS = {"source": "sources", "watch": "watch lists", "alert": "outlets"}


def read_toml(path: Path, environment: Mapping[str, str] | None = None) -> TomlFile:
    """Read and check the file. Raises UsageError.

    `environment` is where outlets find the secrets that the file only names.
    """
    return _Reader(path, _read_text(path), environment or {}).read()


def _read_text(path: Path) -> str:
    try:
        content = read_soon(path, MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise _error(path, None, "is too large to be a file of settings")
        return content.removeprefix(codecs.BOM_UTF8).decode()  # as some editors write it
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _error(path, line, "this is not UTF-8 text") from None
    except TimeoutError:
        raise UsageError(
            "settings file",
            f"Nothing has been written into {harmless_line(str(path))} for "
            f"{PATIENCE_SECONDS:.0f} s, and it is no file but a pipe, a terminal or a device.",
            "Write the settings into it while the program starts, or give a file with --config.",
        ) from None
    except OSError as error:
        raise UsageError(
            "settings file",
            f"{harmless_line(str(path))} cannot be read: {error.strerror}.",
            "Check the path given with --config.",
        ) from None


def _error(path: Path, line: int | None, reason: str) -> UsageError:
    name = harmless_line(str(path))
    place = f"{name}, line {line}:" if line else name
    shown = harmless_line(mask_url(reason))  # an address may have slipped into a key's place
    return UsageError("settings file", f"{place} {shown}.", "Correct the file.")


class _Reader:
    """One file being read; knows where each key stands."""

    def __init__(self, path: Path, text: str, environment: Mapping[str, str]) -> None:
        self._path = path
        self._text = text
        self._environment = environment
        self._options = {key: o for o in OPTIONS for key in o.keys | o.opposites}

    def read(self) -> TomlFile:
        """Parse, then check key by key."""
        try:
            document = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise self._broken(error) from None
        except RecursionError:
            raise _error(self._path, None, "is nested too deeply") from None
        except ValueError:  # Python reads no number of more than 4,300 digits
            raise _error(self._path, None, "holds a number of too many digits") from None
        sources = self._tables(document, "source")
        watches = self._tables(document, "watch") if not _is_words(document.get("watch")) else []
        outlets = self._tables(document, "alert") if not _is_words(document.get("alert")) else []
        themes = self._themes(document)
        for name, tables, most in (("watch", watches, MAX_LISTS), ("alert", outlets, MAX_OUTLETS)):
            if len(tables) > most:
                raise self._error(name, None, f"more than {most} [[{name}]] tables")
        return TomlFile(
            self._values(document, None),
            tuple(self._source(table, i) for i, table in enumerate(sources)),
            tuple(self._read_table("watch", table, i) for i, table in enumerate(watches)),
            tuple(self._read_table("alert", table, i) for i, table in enumerate(outlets)),
            themes,
        )

    def _tables(self, document: dict[str, Any], name: str) -> list[dict[str, Any]]:
        """The `[[name]]` tables, taken out of the document."""
        tables = document.pop(name, [])
        if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
            raise self._error(name, None, f"{_KINDS[name]} are written as [[{name}]] tables")
        return tables

    def _themes(self, document: dict[str, Any]) -> tuple[ThemeSettings, ...]:
        """The `[themes.NAME]` tables, taken out of the document."""
        tables = document.pop("themes", {})
        if not isinstance(tables, dict):
            raise self._error("themes", None, "themes are written as [themes.NAME] tables")
        if len(tables) > MAX_THEMES:
            raise self._error("themes", None, f"more than {MAX_THEMES} [themes.NAME] tables")
        return tuple(self._theme(name, table) for name, table in tables.items())

    def _theme(self, name: str, table: object) -> ThemeSettings:
        try:
            return read_theme(name, table)
        except UsageError as error:
            reason = error.message.removesuffix(".")
            raise self._error(f"themes.{name}", None, reason) from None

    def _read_table(self, name: str, table: dict[str, Any], index: int) -> Any:
        """A watch list or an outlet; complaints name the line of its table."""
        try:
            if name == "watch":
                return read_watch(table, index)
            return read_outlet(table, self._environment, self._path.parent)
        except UsageError as error:
            line = _line_of(self._text, f"[[{name}]]", index, name)
            raise _error(self._path, line, error.message.removesuffix(".")) from None

    def _broken(self, error: tomllib.TOMLDecodeError) -> UsageError:
        match = _TOML_PLACE.search(str(error))
        line = self._text.count("\n") + 1
        reason = str(error)
        if match is not None:
            reason = reason[: match.start()]
            if match["line"]:
                line = int(match["line"])
                reason += f" (column {match['column']})"
        return _error(self._path, line, reason[:1].lower() + reason[1:])

    def _source(self, table: dict[str, Any], index: int) -> SourceEntry:
        own = {key: table.pop(key) for key in _SOURCE_ONLY & table.keys()}
        fallbacks: tuple[str, ...] = ()
        if isinstance(addresses := own.get("source"), list) and addresses:
            fallbacks = tuple(self._fallback(item, index) for item in addresses[1:])
            own["source"] = addresses[0]
        for key, value in own.items():
            if not isinstance(value, str) or not value.strip():
                raise self._error(key, index, f"{key} must be a text that is not empty")
        if "source" not in own:
            raise self._error("[[source]]", index, 'this [[source]] has no source = "..."')
        name, address = None, self._tidy(own["source"])
        if "name" in own:
            name = clean_name(own["name"]) or None
        else:
            name, address = split_spec(address)
        try:
            address = self._beside_file(address)
        except UsageError as error:
            raise self._error("source", index, error.message.removesuffix(".")) from None
        return SourceEntry(name, address, self._values(table, index), fallbacks)

    def _fallback(self, item: object, index: int) -> str:
        """A further address of a source."""
        if not isinstance(item, str) or not item.strip():
            raise self._error("source", index, "source must be a list of texts that are not empty")
        address: str = self._beside_file(item.strip())
        return address

    def _values(self, table: Mapping[str, Any], index: int | None) -> dict[str, Any]:
        return dict(self._value(key, value, index) for key, value in table.items())

    def _value(self, key: str, value: object, index: int | None) -> tuple[str, Any]:
        option = self._known(key, index)
        try:
            converted = option.from_toml(value, key)
        except UsageError as error:
            raise self._error(key, index, error.message.removesuffix(".")) from None
        if key.replace("-", "_") in option.opposites:
            converted = not converted
        return option.name, self._beside_file(converted) if key == "log_dir" else converted

    def _known(self, key: str, index: int | None) -> Option:
        option = self._options.get(key.replace("-", "_"))
        if key.replace("-", "_").lower().endswith("api_key"):
            reason = "the key never stands in a file of settings; put ELEVENLABS_API_KEY into"
            raise self._error(key, index, f"{reason} the environment or .env")
        if option is None:
            raise self._error(key, index, f"there is no setting {key!r}{self._guess(key)}")
        if index is not None and not option.per_source:
            raise self._error(key, index, f"{key} is for the whole program, not for one source")
        return option

    def _guess(self, key: str) -> str:
        close = difflib.get_close_matches(key, [*self._options, *_SOURCE_ONLY], n=1)
        return f"; did you mean {close[0]}" if close else ""

    def _tidy(self, address: str) -> str:
        """`address` without blanks around it, unless a file beside this one is called so."""
        is_path = names_something(address, self._path.parent)
        return address if is_path else address.strip()

    def _beside_file(self, value: Any) -> Any:
        """A relative path counts from the file it stands in, not from where one is."""
        if isinstance(value, Path):
            return self._path.parent / value
        if "://" in value or value == "-" or is_device(value):
            return value
        return str(self._path.parent / user_path(value))

    def _error(self, key: str, index: int | None, reason: str) -> UsageError:
        return _error(self._path, _line_of(self._text, key, index), reason)


def _is_words(value: object) -> bool:
    """Whether a key that may be tables too holds none: then it is an option like others."""
    items = value if isinstance(value, list) else [value]
    return not any(isinstance(item, dict) for item in items)


def _line_of(text: str, key: str, index: int | None, kind: str = "source") -> int | None:
    """The line where `key` of table `kind` number `index` (None: top level) stands, if found.

    `[[source]]` for `key` finds the table's own line, and so for each kind. Keys of inline
    tables and keys inside multi-line texts may be missed; then a complaint names no line.
    """
    wanted = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
    table, here = None, -1
    for number, line in enumerate(text.splitlines(), start=1):
        header = _TABLE.match(line)
        if header is not None:
            table = header["name"]
            here += table == kind
            found = key == table if index is None else key == f"[[{kind}]]" and here == index
            if found:
                return number
        elif wanted.match(line) and (table is None if index is None else here == index):
            return number
    return None
