"""Reads a user's playlist file as a list of stations to choose from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from scribe_tui.audio.web.playlist import decoded_text, parse_playlist
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line

MAX_BYTES = 1_000_000
MOST = 100
"""Most stations of a list that are shown."""
COUNTED = 10_000
"""Most stations that are counted."""

_TITLE_OF_FILE = re.compile(r"title(\d{1,6})", re.IGNORECASE)


class Station(NamedTuple):
    """One entry; `name` is empty if the list gives none."""

    name: str
    address: str


class Stations(tuple[Station, ...]):
    """The first `MOST` stations of a list; `left_out`: how many more there are in it."""

    left_out: int = 0


def read_stations(path: Path) -> Stations:
    """The stations in the list at `path`: .m3u, .pls, .xspf and others. Raises UsageError."""
    shown = harmless_line(path.name)
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES)
    except OSError as error:
        raise UsageError("list of stations", f"{shown} cannot be read: {error.strerror}.") from None
    stations = _stations(decoded_text(body), path.name)
    if not stations:
        part = " in its first megabyte" if len(body) == MAX_BYTES else ""
        raise UsageError(
            "list of stations",
            f"{shown} holds no web address{part}.",
            "A list of stations is an .m3u or .pls file with http addresses.",
        )
    return stations


def stations_pasted(text: str) -> Stations:
    """The stations in a pasted playlist or in pasted lines of addresses; none for other text."""
    stations = _stations("\n".join(text[:MAX_BYTES].splitlines()), "")
    is_list = len(stations) > 1 or text.lstrip().startswith(("#", "["))
    return stations if is_list else Stations()


def _stations(text: str, name: str) -> Stations:
    addresses = parse_playlist(text, name, limit=COUNTED) or []
    titles = _titles(text) if addresses else {}
    found = Stations(Station(titles.get(address, ""), address) for address in addresses[:MOST])
    found.left_out = max(0, len(addresses) - MOST)
    return found


def _titles(text: str) -> dict[str, str]:
    """The titles of the entries by address: `#EXTINF:-1,Title` and `Title1=Title`."""
    found: dict[str, str] = {}
    files: dict[str, str] = {}
    numbered: dict[str, str] = {}
    title = ""
    for line in map(str.strip, text.splitlines()):
        key, equals, value = line.partition("=")
        if line.upper().startswith("#EXTINF:"):
            title = line.partition(",")[2]
        elif equals and key.strip().lower().startswith("file") and key.strip()[4:].isdecimal():
            files[key.strip()[4:]] = value.strip()
        elif equals and (match := _TITLE_OF_FILE.fullmatch(key.strip())):
            numbered[match[1]] = value
        elif line and not line.startswith("#"):
            found.setdefault(line, harmless_line(title))
            title = ""
    found |= {address: harmless_line(numbered.get(n, "")) for n, address in files.items()}
    return found
