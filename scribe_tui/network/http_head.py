"""The head of an HTTP message: bounded, and nothing a server can write is a fault of ours."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import quote, urlsplit, urlunsplit

MAX_HEAD_BYTES = 32 * 1024
_PLAIN = "%/:?@!$&'()*+,;=[]~|"
"""Left as they are; % because what is encoded already stays so."""


async def read_head(reader: asyncio.StreamReader) -> list[str]:
    """The lines of an HTTP head, status line first, without the empty one.

    Raises ValueError for one that is too long, IncompleteReadError for one cut short.
    """
    lines: list[str] = []
    size = 0
    while True:
        line = await reader.readline()
        size += len(line)
        if size > MAX_HEAD_BYTES:
            raise ValueError("head too long")
        if not line.endswith(b"\n"):
            raise asyncio.IncompleteReadError(line, None)
        text = line.decode("latin-1").rstrip("\r\n")
        if not text:
            return lines
        lines.append(text)


def status_of(line: str) -> int | None:
    """The status in a status line, 100 to 599; None if it is none."""
    version, _, rest = line.partition(" ")
    code = rest.strip()[:3]
    known = version.upper().startswith(("HTTP/", "ICY"))
    if not known or len(code) != 3 or not code.isascii() or not code.isdigit():
        return None
    return int(code) if 100 <= int(code) < 600 else None


def ascii_url(url: str) -> str:
    """`url` as it goes over the wire: host in IDNA, the rest percent-encoded, no fragment.

    Raises ValueError for what cannot be taken apart.
    """
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    # A host that IDNA refuses stays as it is: looking it up will say that there is none.
    with contextlib.suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode()
    path, query = quote(parts.path, safe=_PLAIN), quote(parts.query, safe=_PLAIN)
    netloc = quote(user, safe=_PLAIN) + at + host
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))
