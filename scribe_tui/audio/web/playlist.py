"""Parses the playlists of stations and players: .pls, .m3u, .xspf, .asx, .wpl, .b4s and others.

Sans-IO, in time linear in the length of the text, which is not trusted: the result is a limited
number of http(s) addresses.
"""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit
from xml.parsers import expat

from scribe_tui.audio.titles import decode_title
from scribe_tui.audio.web.address import OLD_SCHEMES

MAX_ENTRIES = 16
"""Most entries that are tried; no station has as many mirrors."""

_XML_SUFFIXES = (".xspf", ".asx", ".wpl", ".zpl", ".b4s", ".smil", ".qtl")
_SUFFIXES = (".pls", ".m3u", ".m3u8", ".ram", *_XML_SUFFIXES)
_XML_START = 2000
"""Characters at the beginning within which an XML playlist has its root element."""
_MANIFESTS = {
    "<MPD": "DASH",
    "<SmoothStreamingMedia": "Smooth Streaming",
    '<manifest xmlns="http://ns.adobe.com/f4m': "HDS",
}
_TEXT_SIGNS = (
    b"#",
    b";",
    b"[playlist]",
    b"[reference]",
    b"<",
    b"{",
    b"http://",
    b"https://",
    b"ffconcat",
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,9}://")
_PLS_SECTIONS = ("[playlist]", "[reference]")
_NUMBER_DIGITS = 9
_TAGS = (
    ("<asx", ("<ref", "<entryref"), "href"),
    ("<smil", ("<media", "<audio", "<video", "<ref"), "src"),
    ("<winampxml", ("<entry",), "playstring"),
    ("<?quicktime", ("<embed",), "src"),
)
"""Playlists with addresses in tags: (how they begin, the tags, the attribute)."""
_UTF_16 = tuple(
    mark + sign.encode(order)
    for mark, order in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
    for sign in "#[<h"
)
"""How playlists in UTF-16 begin; the byte order mark alone could also begin an MP3."""
_FEW_LETTERS = 4


class _ForbiddenXmlError(Exception):
    """The XML declares a document type or entities: refused, as no playlist needs them."""


def looks_like_playlist(url: str) -> bool:
    """Whether the suffix of the address is that of a playlist."""
    try:
        return urlsplit(url).path.lower().endswith(_SUFFIXES)
    except ValueError:
        return False


def may_be_text(start: bytes, url: str, content_type: str) -> bool:
    """Whether a body that begins with `start` may be text.

    If it turns out to be sound, it is played all the same.
    """
    if start.startswith(_UTF_16) or _unmarked_utf_16(start):
        return True
    if b"\0" in start:
        return False
    first = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    named = "mpegurl" in content_type or "scpls" in content_type
    return not first or named or first.startswith(_TEXT_SIGNS) or looks_like_playlist(url)


def decoded_text(body: bytes) -> str:
    """The text of a playlist or page: UTF-8 or UTF-16, with a byte order mark or without."""
    return (
        body.decode(_unmarked_utf_16(body[:32]), "replace")
        if _unmarked_utf_16(body[:32])
        else decode_title(body)
    )


def is_hls(text: str) -> bool:
    """Whether an .m3u text is an HLS playlist, which the decoder plays by itself."""
    return "#EXT-X-" in text


def is_web_page(text: str, content_type: str = "") -> bool:
    """Whether `text` is HTML, by its first tag, or by content type if it begins with any tag."""
    start = text[:500].lstrip("\ufeff \t\r\n").lower()
    named = content_type.startswith(("text/html", "application/xhtml"))
    return start.startswith(("<!doctype html", "<html")) or (named and start.startswith("<"))


def manifest_kind(text: str) -> str | None:
    """The name of a manifest format that is not supported, such as DASH; None for other texts."""
    start = text[:_XML_START].lstrip("\ufeff \t\r\n")
    if not start.startswith("<"):
        return None
    return next((kind for sign, kind in _MANIFESTS.items() if sign in start), None)


def is_feed(text: str) -> bool:
    """Whether `text` is the feed of a podcast (RSS or Atom)."""
    start = text[:_XML_START].lstrip("\ufeff \t\r\n").lower()
    return start.startswith("<") and ("<rss" in start or "<feed" in start)


def parse_playlist(
    text: str, url: str, content_type: str = "", *, limit: int = MAX_ENTRIES
) -> list[str] | None:
    """The first `limit` http(s) addresses in a playlist from `url`; None if it is no playlist.

    Relative entries are resolved against `url`. The list is empty for a playlist without http(s)
    addresses.
    """
    entries = _entries(text.lstrip("\ufeff \t\r\n"), url, content_type.lower())
    if entries is None:
        return None
    found: dict[str, None] = {}
    for entry in entries:
        if (joined := _join(url, entry)) is not None:
            found[joined] = None
            if len(found) == limit:
                break
    return list(found)


def _entries(text: str, url: str, content_type: str) -> Iterator[str] | None:
    start = text[:_XML_START].lower()
    if _is_pls(start, url) or "scpls" in content_type or "pls+xml" in content_type:
        return _pls(text)
    if start.startswith("<") and "playlist" in start and "xspf" in start:
        return _xspf(text)
    for sign, tags, attribute in _TAGS:
        if start.startswith("<") and sign in start:
            return _in_tags(text, tags, attribute)
    if start.startswith(("<", "icy ")) or "\0" in start:
        return None
    m3u = start.startswith("#extm3u") or "mpegurl" in content_type
    if m3u or _is_list_of_addresses(text, url):
        # Some players add options after a bar; no address contains one.
        lines = (line.partition("|")[0].strip().strip('"<>') for line in text.splitlines())
        return (line for line in lines if line and not line.startswith("#"))
    return None


def _is_list_of_addresses(text: str, url: str) -> bool:
    """Whether the text is a list of addresses: by suffix, or because each line is an address."""
    if looks_like_playlist(url) and not url.lower().endswith(_XML_SUFFIXES):
        return True
    lines = [line.strip() for line in text[:_XML_START].splitlines() if line.strip()]
    addresses = [line for line in lines if not line.startswith("#")]
    return any(line.lower().startswith(("http://", "https://")) for line in addresses) and all(
        _ADDRESS.match(line) for line in addresses
    )


def _is_pls(start: str, url: str) -> bool:
    """Whether the text is a .pls: by its first section, or by suffix if it has no section."""
    lines = (line.strip() for line in start.splitlines())
    first = next((line for line in lines if line and not line.startswith((";", "#"))), "")
    named = urlsplit(url).path.lower().endswith(".pls")
    return first in _PLS_SECTIONS or (named and first[:4] in ("file", "titl", "numb", "vers"))


def _pls(text: str) -> Iterator[str]:
    """The addresses in the order of their numbers: `File1=`, in old ASX files `Ref1=`."""
    found: list[tuple[int, str]] = []
    for line in text.splitlines():
        key, equals, value = line.partition("=")
        key = key.strip().lower()
        number = key[4:] if key.startswith("file") else key[3:] if key.startswith("ref") else ""
        if equals and value.strip() and number.isascii() and number.isdecimal():
            found.append((int(number[:_NUMBER_DIGITS]), value.strip()))
    found.sort(key=lambda entry: entry[0])
    yield from (address for _, address in found)


def _xspf(text: str) -> Iterator[str]:
    """The text of each `location` before the first syntax error."""
    found: list[str] = []
    words: list[str] | None = None

    def start(name: str, _: dict[str, str]) -> None:
        nonlocal words
        words = [] if _local(name) == "location" else None

    def end(name: str) -> None:
        nonlocal words
        if words is not None and _local(name) == "location":
            found.append("".join(words).strip())
        words = None

    def data(piece: str) -> None:
        if words is not None:
            words.append(piece)

    parser = _safe_parser()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    # Addresses found before a syntax error count; without any the playlist is empty.
    with contextlib.suppress(expat.ExpatError, _ForbiddenXmlError, ValueError):
        parser.Parse(_with_plain_ampersands(text).encode("utf-8", "replace"), True)
    yield from found


def _safe_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate("utf-8")

    def forbid(*_: object) -> None:
        raise _ForbiddenXmlError

    parser.StartDoctypeDeclHandler = forbid
    parser.EntityDeclHandler = forbid
    return parser


def _unmarked_utf_16(start: bytes) -> str:
    """The UTF-16 codec of ASCII text without a byte order mark; "" for other text."""
    letters = min(len(start) // 2, _FEW_LETTERS * 2)
    if letters < _FEW_LETTERS:
        return ""
    for order, zeros in (("utf-16-le", 1), ("utf-16-be", 0)):
        text = start[1 - zeros : 2 * letters : 2]
        if not any(start[zeros : 2 * letters : 2]) and text.isascii() and 0 not in text:
            return order
    return ""


def _local(name: str) -> str:
    return name.rpartition(":")[2].lower()


def _with_plain_ampersands(text: str) -> str:
    """`text` with each `&` that begins no character reference escaped for XML."""
    first, *rest = text.split("&")
    return first + "".join(f"&{part}" if _is_reference(part) else f"&amp;{part}" for part in rest)


def _is_reference(part: str) -> bool:
    name = part[:10].partition(";")
    return bool(name[1]) and (
        name[0] in ("amp", "lt", "gt", "quot", "apos")
        or (name[0].startswith("#") and name[0][1:].isalnum())
    )


def _in_tags(text: str, tags: tuple[str, ...], attribute: str) -> Iterator[str]:
    """The attribute's value in each of these tags; such playlists are seldom valid XML."""
    lower = text.lower()
    place = 0
    while (place := lower.find("<", place)) >= 0:
        end = text.find(">", place)
        if end < 0:
            return
        name = lower[place : place + 10].split(maxsplit=1)[0]
        if name in tags and (value := _value_in(text[place:end], attribute)):
            yield html.unescape(value)
        place = end


def _value_in(tag: str, attribute: str) -> str:
    """The quoted value of the attribute in a tag; "" if there is none."""
    lower = tag.lower()
    place = 0
    while (place := lower.find(attribute, place)) >= 0:
        is_attribute = lower[place - 1].isspace()
        place = _after_blanks(tag, place + len(attribute))
        if not is_attribute or tag[place : place + 1] != "=":
            continue
        value = tag[_after_blanks(tag, place + 1) :]
        if value[:1] in ("'", '"'):
            return value[1:].partition(value[0])[0].strip()
        return ""
    return ""


def _after_blanks(text: str, place: int) -> int:
    while text[place : place + 1].isspace():
        place += 1
    return place


def _join(url: str, entry: str) -> str | None:
    try:
        entry = html.unescape(entry) if "&amp;" in entry else entry
        if entry.lower().startswith(OLD_SCHEMES):
            entry = f"http://{entry.partition('://')[2]}"
        joined = urljoin(url, entry)
        parts = urlsplit(joined)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return joined.replace(" ", "%20") if usable and joined.isprintable() else None
