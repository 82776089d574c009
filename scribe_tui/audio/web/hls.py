"""HLS playlists: reads them, ranks renditions, and rewrites the addresses in a playlist.

Sans-IO, in linear time. RFC 8216: a master playlist names variants and renditions; a media
playlist names segments, their keys and their first bytes (`EXT-X-MAP`).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

_ATTRIBUTE = re.compile(r'([A-Z0-9-]{1,64})=(?:"([^"\n]*)"|([^,"\n]*))')
_AUDIO_CODECS = ("mp4a", "ac-3", "ec-3", "opus", "flac", "mp3")
_WITH_ADDRESS = ("#EXT-X-KEY:", "#EXT-X-MAP:")
_DROPPED = (
    "#EXT-X-PART:",
    "#EXT-X-PRELOAD-HINT:",
    "#EXT-X-RENDITION-REPORT:",
    "#EXT-X-SESSION-",
    "#EXT-X-I-FRAME",
    "#EXT-X-MEDIA:",
)
_FIRST_NUMBER = re.compile(r"#EXT-X-MEDIA-SEQUENCE: ?(\d{1,18})")
_LENGTH = re.compile(r"#EXTINF: ?(\d{1,5}(?:\.\d{1,12})?)")
_TARGET = re.compile(r"#EXT-X-TARGETDURATION: ?(\d{1,5})")
_ABSURD = 3
"""A segment whose declared length is this many times the target duration has a wrong length."""
_RANGE = re.compile(r"(\d{1,15})(?:@(\d{1,15}))?")
"""`LENGTH@OFFSET` in bytes; without an offset it follows the previous byte range."""
_BYTE_RANGE = "#EXT-X-BYTERANGE:"
_RANGE_ATTRIBUTE = re.compile(r',?BYTERANGE="[^"]*"')
_FINISHED = re.compile(r"#EXT-X-PLAYLIST-TYPE: ?VOD")
"""A playlist of this type is complete, though some servers omit `EXT-X-ENDLIST`."""
_END = "#EXT-X-ENDLIST"
MAX_RENDITIONS = 8


@dataclass(frozen=True, slots=True)
class Rendition:
    """One media playlist that a master playlist names; `address` as written, maybe relative."""

    address: str
    name: str
    has_picture: bool
    bits_per_second: int
    """Bandwidth of a variant; of a sound-only rendition 1 for the default one, else 0."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A file that a line of a media playlist names; `address` as written.

    Unless `size` is None, only its `size` bytes from byte `first` on.
    """

    address: str
    first: int = 0
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of a media playlist; `number` is its media sequence number, `address` as written.

    `is_gap`: the playlist itself marks it as missing.
    """

    number: int
    address: str
    seconds: float
    is_gap: bool = False


def segments(text: str) -> list[Segment]:
    """The segments of a media playlist; none if they are byte ranges of one file."""
    if "#EXT-X-BYTERANGE" in text:
        return []
    number = first_number(text)
    found: list[Segment] = []
    seconds, is_gap = 0.0, False
    target = _TARGET.search(text)
    longest = _ABSURD * int(target[1]) if target and int(target[1]) else math.inf
    for line in map(str.strip, text.splitlines()):
        if length := _LENGTH.match(line):
            seconds = float(length[1])
            if target and seconds > longest:
                seconds = float(target[1])
        elif line == "#EXT-X-GAP":
            is_gap = True
        elif line and not line.startswith("#"):
            found.append(Segment(number + len(found), line, seconds, is_gap))
            seconds, is_gap = 0.0, False
    return found


def addresses(text: str) -> list[str]:
    """The addresses of the segments in a media playlist, as written, in order."""
    lines = map(str.strip, text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def first_number(text: str) -> int:
    """The media sequence number of the first segment; 0 if the playlist gives none."""
    first = _FIRST_NUMBER.search(text)
    return int(first[1]) if first else 0


def is_master(text: str) -> bool:
    """Whether the text is a master playlist, which names playlists instead of segments."""
    return "#EXT-X-STREAM-INF" in text or (
        "#EXTINF" not in text and any(_audio_of(line.strip()) for line in text.splitlines())
    )


def has_map(text: str) -> bool:
    """Whether the segments share a header (`EXT-X-MAP`), as MP4 segments do."""
    return "#EXT-X-MAP:" in text


def cipher_of(text: str) -> str | None:
    """The name of an encryption that is not supported (DRM, unknown ciphers); None for others."""
    for line in text.splitlines():
        if not line.startswith("#EXT-X-KEY:"):
            continue
        values = _attributes(line)
        form, method = values.get("KEYFORMAT", "identity"), values.get("METHOD", "NONE")
        if method not in ("NONE", "AES-128") and (form != "identity" or method != "SAMPLE-AES"):
            return method
    return None


def keys(text: str) -> frozenset[str]:
    """The addresses of keys in a media playlist, as written."""
    lines = (line.strip() for line in text.splitlines() if "#EXT-X-KEY:" in line)
    return frozenset(_attributes(line).get("URI", "") for line in lines)


def is_ended(text: str) -> bool:
    """Whether a media playlist is complete."""
    return _END in text or _FINISHED.search(text) is not None


def renditions(text: str) -> list[Rendition]:
    """The renditions of a master playlist, in the order in which they should be tried.

    First come sound-only renditions, the default one before others, then variants without video by
    falling bandwidth, then variants with video by rising bandwidth, as the video is discarded.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if _has_meaning(line)]
    alone = sorted(
        (one for line in lines if (one := _audio_of(line)) is not None),
        key=lambda one: -one.bits_per_second,
    )
    variants = []
    for line, following in itertools.pairwise(lines):
        if line.startswith("#EXT-X-STREAM-INF:") and following and not following.startswith("#"):
            variants.append(_variant_of(line, following))
    plain = sorted(
        (one for one in variants if not one.has_picture), key=lambda one: -one.bits_per_second
    )
    films = sorted(
        (one for one in variants if one.has_picture), key=lambda one: one.bits_per_second
    )
    found = {one.address: one for one in reversed([*alone, *plain, *films])}
    return list(reversed(found.values()))[:MAX_RENDITIONS]


def rewritten(text: str, ours: Callable[[Resource], str]) -> str:
    """The media playlist with each address replaced by the result of `ours`.

    Byte ranges of one file get separate addresses: ffmpeg 9 joins the requests for consecutive
    ranges, and then plays only the first range of an MP4.
    """
    # Some servers omit the first line, without which the decoder does not recognise a playlist.
    # Others put blank lines before it, with the same effect.
    text = text.lstrip()
    result = [] if text.startswith("#EXTM3U") else ["#EXTM3U"]
    size: int | None = None
    first = 0
    for line in map(str.strip, text.splitlines()):
        if line.startswith(_BYTE_RANGE):
            if found := _RANGE.fullmatch(line.removeprefix(_BYTE_RANGE).strip()):
                size, first = int(found[1]), first if found[2] is None else int(found[2])
        elif line.startswith(_WITH_ADDRESS):
            result.append(_with_ours(line, ours))
        elif line.startswith("#") or not line:
            result.append("" if line.startswith(_DROPPED) else line)
        else:
            result.append(ours(Resource(line) if size is None else Resource(line, first, size)))
            first, size = first + (size or 0), None
    if is_ended(text) and _END not in text:
        result.append(_END)
    return "\n".join(result) + "\n"


def _has_meaning(line: str) -> bool:
    """Whether a line is neither blank nor a comment."""
    return bool(line) and (not line.startswith("#") or line.startswith("#EXT"))


def _audio_of(line: str) -> Rendition | None:
    """The sound-only rendition with its own playlist that `line` names; None for other lines."""
    if not line.startswith("#EXT-X-MEDIA:"):
        return None
    values = _attributes(line)
    if values.get("TYPE") != "AUDIO" or not values.get("URI"):
        return None
    is_default = values.get("DEFAULT") == "YES"
    return Rendition(values["URI"], values.get("NAME", ""), False, int(is_default))


def _variant_of(line: str, address: str) -> Rendition:
    values = _attributes(line)
    codecs = [codec.strip().lower() for codec in values.get("CODECS", "").split(",")]
    sound_alone = codecs != [""] and all(codec.startswith(_AUDIO_CODECS) for codec in codecs)
    bits = values.get("BANDWIDTH", "")
    rate = int(bits) if bits.isascii() and bits.isdigit() and len(bits) < 12 else 0
    return Rendition(address, values.get("NAME", ""), not sound_alone, rate)


def _attributes(line: str) -> dict[str, str]:
    text = line.partition(":")[2]
    return {name: quoted or plain for name, quoted, plain in _ATTRIBUTE.findall(text)}


def _with_ours(line: str, ours: Callable[[Resource], str]) -> str:
    size, first = None, 0
    if found := _RANGE.fullmatch(_attributes(line).get("BYTERANGE", "")):
        size, first = int(found[1]), int(found[2] or 0)
        line = _RANGE_ATTRIBUTE.sub("", line)
    before, key, rest = line.partition('URI="')
    address, quote, after = rest.partition('"')
    if not key or not quote:
        return line
    return f"{before}{key}{ours(Resource(address, first, size))}{quote}{after}"
