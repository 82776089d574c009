"""Names of sources: `NAME=SOURCE`, names made from addresses, names made unique."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from scribe_tui.config.paths import names_something
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line, host_of, mask_address
from scribe_tui.settings.source import is_device

MAX_NAME_CHARS = 60
"""Longer names are cut: a name appears in a pane's border and in file names."""

_AROUND_ADDRESSES = (
    "<>\"'`\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb\u200b\u200e\u2060\ufeff \t\r\n\u00a0"
)
"""Characters stripped around addresses."""

_NAMED = re.compile(r"(?P<name>[^=/:?]*)=(?P<address>.*)", re.DOTALL)


def split_spec(text: str) -> tuple[str | None, str]:
    """Split `NAME=SOURCE` or `SOURCE` into (name or None, address).

    The text before the first `=` is a name unless it contains `/`, `:` or `?`, for then it may
    belong to a URL with a query; an existing path that contains `=` is a path. Raises UsageError
    for an empty name or source.
    """
    match = _NAMED.fullmatch(text)
    if match is None or names_something(text):
        name, address = None, tidy_address(text)
    else:
        name, address = clean_name(match["name"]), tidy_address(match["address"])
    if not address or name == "":
        raise UsageError(
            "wrong source",
            f"{harmless_line(mask_address(text))!r} is not a source.",
            "Write NAME=SOURCE or SOURCE, where SOURCE is a URL, a file, mic or mic:NAME.",
        )
    return name, address


def tidy_address(text: str) -> str:
    """`text` without blanks around it, unless a file is called just so.

    A web address also without the brackets or quotes that letters and chats put around it
    (RFC 3986, appendix C), and without what cannot be seen.
    """
    if names_something(text):
        return text
    plain = text.strip()
    bare = plain.strip(_AROUND_ADDRESSES)
    bare = bare[4:].lstrip() if bare[:4].lower() == "url:" else bare
    return bare if bare.lower().startswith(("http://", "https://")) else plain


def clean_name(text: str) -> str:
    """`text` as a name: one harmless line of at most `MAX_NAME_CHARS`; may be empty."""
    return harmless_line(mask_address(text))[:MAX_NAME_CHARS].strip()


def default_names(addresses: Sequence[str]) -> list[str]:
    """A name for each address; stations of one host are distinguished by their paths."""
    short = [default_name(address) for address in addresses]
    return [
        default_name(address, with_path=short.count(name) > 1)
        for address, name in zip(addresses, short, strict=True)
    ]


def default_name(address: str, *, with_path: bool = False) -> str:
    """A name for an address: a URL's host, a file's stem, or `mic...` as it stands."""
    if address == "-":
        name = "stdin"
    elif address.lower().startswith("file://"):
        name = unquote(PurePosixPath(address).stem)
    elif "://" in address:
        shown = mask_address(address).partition("?")[0].partition(";")[0]
        path = PurePosixPath(shown).stem if with_path else ""
        host = host_of(address)
        name = f"{host}/{path}" if path and path not in host else host
    elif is_device(address):
        name = address
    else:
        name = Path(address).stem
    return clean_name(name) or "source"


def unique_names(names: Iterable[str]) -> list[str]:
    """The same names, later twins distinguished by a number: `news`, `news-2`, `news-3`."""
    unique: list[str] = []
    for name in names:
        unique.append(free_name(name, unique))
    return unique


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or `name-2` and so on where that is taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
