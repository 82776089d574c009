"""Playlists as stations hand them out: .pls, .m3u, .m3u8 without HLS tags, .xspf, .asx.

Sans-IO. The text comes from the net and is not trusted: only http(s) addresses leave
this module, a few at most.
"""

from __future__ import annotations

import contextlib
import html
import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

MAX_ENTRIES = 16
"""More entries than any station has mirrors; the rest is not tried."""

_SUFFIXES = (".pls", ".m3u", ".m3u8", ".xspf", ".asx")
_PLS_ENTRY = re.compile(r"^\s*File\d+\s*=\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)
_XSPF_ENTRY = re.compile(r"<location>\s*([^<]*?)\s*</location>", re.IGNORECASE)
_ASX_ENTRY = re.compile(r"<ref\b[^>]*?\bhref\s*=\s*[\"']([^\"']*)[\"']", re.IGNORECASE)
_PLAIN = "%/:?@!$&'()*+,;=[]~|"
"""Left as they are; % because what is encoded already stays so."""


def looks_like_playlist(url: str) -> bool:
    """Whether the address alone says that a list and not sound is to be expected."""
    return urlsplit(url).path.lower().endswith(_SUFFIXES)


def is_hls(text: str) -> bool:
    """Whether an .m3u text is an HLS playlist, which the decoder plays by itself."""
    return "#EXT-X-" in text


def ascii_url(url: str) -> str:
    """`url` as it goes over the wire: host in IDNA, the rest percent-encoded, no fragment."""
    parts = urlsplit(url)
    user, at, host = parts.netloc.rpartition("@")
    # A host that IDNA refuses stays as it is: looking it up will say that there is none.
    with contextlib.suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode()
    path, query = quote(parts.path, safe=_PLAIN), quote(parts.query, safe=_PLAIN)
    return urlunsplit((parts.scheme, quote(user, safe=_PLAIN) + at + host, path, query, ""))


def parse_playlist(text: str, url: str, content_type: str = "") -> list[str] | None:
    """The http(s) addresses in a playlist that came from `url`, None if it is none.

    Relative entries are taken relative to `url`. An empty list: it is a playlist, but
    leads nowhere where we would go.
    """
    entries = _entries(text.lstrip("\ufeff \t\r\n"), url, content_type.lower())
    if entries is None:
        return None
    joined = (_join(url, html.unescape(entry) if "&amp;" in entry else entry) for entry in entries)
    return list(dict.fromkeys(found for found in joined if found))[:MAX_ENTRIES]


def _entries(text: str, url: str, content_type: str) -> list[str] | None:
    start = text[:2000].lower()
    if start.startswith("[playlist]") or "scpls" in content_type or "pls+xml" in content_type:
        return _PLS_ENTRY.findall(text)
    if "<playlist" in start and "xspf" in start:
        return _XSPF_ENTRY.findall(text)
    if start.startswith("<asx"):
        return _ASX_ENTRY.findall(text)
    if start.startswith(("<!doctype", "<html", "<?xml", "icy ")) or "\0" in start:
        return None
    m3u = start.startswith("#extm3u") or "mpegurl" in content_type
    if m3u or urlsplit(url).path.lower().endswith((".m3u", ".m3u8")):
        lines = (line.strip() for line in text.splitlines())
        return [line for line in lines if line and not line.startswith("#")]
    return None


def _join(url: str, entry: str) -> str | None:
    try:
        joined = urljoin(url, entry)
        parts = urlsplit(joined)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    return joined if usable and joined.isprintable() else None
