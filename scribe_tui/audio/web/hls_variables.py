"""Variables of HLS playlists (`EXT-X-DEFINE`, RFC 8216bis 4.4.2.3): `{$name}` becomes its value.

Sans-IO, in linear time and limited space, even if values contain each other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from scribe_tui.audio import failures
from scribe_tui.audio.web.address import Address

DEFINE = "#EXT-X-DEFINE:"
MAX_VALUE_CHARS = 4096
MAX_TEXT_CHARS = 4 * 1024 * 1024
_REFERENCE = re.compile(r"\{\$([A-Za-z0-9_-]{1,100})\}")
_ATTRIBUTE = re.compile(r'([A-Z]{1,20})="([^"\n]*)"')


def resolved(text: str, address: Address, above: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The playlist from `address` with its variables replaced, and the values of the variables.

    `above` are the variables of the playlist that led to it. A playlist that defines none is
    returned unchanged. Raises SourceError for an undefined variable, or if the text grows beyond
    `MAX_TEXT_CHARS`.
    """
    if DEFINE not in text:
        return text, {}
    values: dict[str, str] = {}
    lines: list[str] = []
    size = 0
    try:
        for line in text.splitlines():
            whole = _replaced(line, values)
            size += len(whole) + 1
            if size > MAX_TEXT_CHARS:
                raise failures.huge_playlist(address.where, MAX_TEXT_CHARS / 1024 / 1024)
            if whole.lstrip().startswith(DEFINE):
                _define(whole, address.url, above, values)
            else:
                lines.append(whole)
    except KeyError as error:
        raise failures.undefined_variable(address.where, str(error.args[0])) from None
    return "\n".join(lines) + "\n", values


def _replaced(line: str, values: Mapping[str, str]) -> str:
    """The line with its variables replaced; titles and comments unchanged. Raises KeyError."""
    if "{$" not in line or (line.startswith("#") and not line.startswith("#EXT-X-")):
        return line
    return _REFERENCE.sub(lambda found: values[found[1]], line)


def _define(line: str, url: str, above: Mapping[str, str], values: dict[str, str]) -> None:
    """Add the variable that a line defines. Raises KeyError for an import that does not exist."""
    given = dict(_ATTRIBUTE.findall(line.partition(":")[2]))
    if name := given.get("NAME"):
        value = given.get("VALUE", "")
    elif name := given.get("IMPORT"):
        value = above[name]
    elif name := given.get("QUERYPARAM"):
        value = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))[name]
    else:
        return
    values[name] = value[:MAX_VALUE_CHARS]
