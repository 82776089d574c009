"""The head of an HTTP message, of limited size; no reply of a server can crash its reader."""

from __future__ import annotations

import asyncio
import contextlib
from urllib.parse import quote, urlsplit, urlunsplit

MAX_HEAD_BYTES = 32 * 1024
_PLAIN = "%/:?@!$&'()*+,;=[]~|"
"""Characters that are not percent-encoded; with %, so that nothing is encoded twice."""


async def read_head(reader: asyncio.StreamReader) -> list[str]:
    """The lines of an HTTP head, status line first, without the empty line at its end.

    Raises ValueError if the head is longer than MAX_HEAD_BYTES, and IncompleteReadError if the
    connection ends before the head does.
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
    """The status code in an HTTP or ICY status line, 100 to 599; None for any other line."""
    version, _, rest = line.partition(" ")
    code = rest.strip()[:3]
    known = version.upper().startswith(("HTTP/", "ICY"))
    if not known or len(code) != 3 or not code.isascii() or not code.isdigit():
        return None
    return int(code) if 100 <= int(code) < 600 else None


def ascii_url(url: str) -> str:
    """`url` in ASCII, as requests need it: host in IDNA, the rest percent-encoded, no fragment.

    Raises ValueError if `url` cannot be parsed.
    """
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    # A host that IDNA refuses stays as it is: the later look-up of the name reports the error.
    with contextlib.suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode()
    path, query = quote(parts.path, safe=_PLAIN), quote(parts.query, safe=_PLAIN)
    netloc = quote(user, safe=_PLAIN) + at + host
    return urlunsplit((parts.scheme.lower(), netloc, path, query, ""))
