"""Discontinuities of an HLS stream: if its format changes there, a new decoder is needed.

Sans-IO. At an `EXT-X-DISCONTINUITY` or a different `EXT-X-MAP` the tracks, their codec and their
container may change. A decoder that reads on gives silence or noise, often without an error. A
stretch is the segments between two such places; the first bytes of its first segment show its
format.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scribe_tui.audio.containers.transport_stream import (
    PACKET_BYTES,
    is_transport_stream,
    maps_in,
    section_in,
    tracks_in,
)

HEAD_BYTES = 40 * PACKET_BYTES
"""Bytes of a segment that `sound_kind` needs."""
_BREAK, _MAP, _KEY = "#EXT-X-DISCONTINUITY", "#EXT-X-MAP:", "#EXT-X-KEY:"
_OF_THE_LIST = (
    "#EXTM3U",
    "#EXT-X-VERSION",
    "#EXT-X-TARGETDURATION",
    "#EXT-X-INDEPENDENT-SEGMENTS",
)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch: segments from number `first` on.

    `head`, `key`: the playlist lines in force there.
    """

    first: int
    head: str
    key: str

    @property
    def is_locked(self) -> bool:
        """Whether its segments are encrypted, so that their format does not show."""
        return bool(self.key) and "METHOD=NONE" not in self.key


def stretches(text: str, first_number: int) -> list[Stretch]:
    """The stretches of a media playlist whose first segment is number `first_number`, in order."""
    found: list[Stretch] = []
    number, head, key, is_new = first_number, "", "", True
    for line in map(str.strip, text.splitlines()):
        if line == _BREAK:
            is_new = True
        elif line.startswith(_MAP):
            is_new = is_new or line != head
            head = line
        elif line.startswith(_KEY):
            key = line
        elif line and not line.startswith("#"):
            if is_new:
                found.append(Stretch(number, head, key))
            number, is_new = number + 1, False
    return found


def breaks(text: str, first_number: int) -> frozenset[int]:
    """The numbers of the segments before which a media playlist says that the format may change."""
    found, number, is_break = set(), first_number, False
    for line in map(str.strip, text.splitlines()):
        if line == _BREAK:
            is_break = True
        elif line and not line.startswith("#"):
            if is_break:
                found.add(number)
            number, is_break = number + 1, False
    return frozenset(found)


def rest_from(text: str, first_number: int, stretch: Stretch) -> str:
    """The playlist from the first segment of `stretch` on."""
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for line in lines if line.startswith(_OF_THE_LIST)]
    kept += [f"#EXT-X-MEDIA-SEQUENCE:{stretch.first}", stretch.key, stretch.head]
    number = first_number
    for place, line in enumerate(lines):
        if line and not line.startswith("#"):
            if number == stretch.first:
                return "\n".join([*filter(None, kept), *_with_tags(lines, place)]) + "\n"
            number += 1
    return ""


def _with_tags(lines: Sequence[str], place: int) -> Sequence[str]:
    """The lines from the tags of the segment at `place` on."""
    while place and lines[place - 1].startswith("#") and lines[place - 1] != _BREAK:
        place -= 1
    return [line for line in lines[place:] if not line.startswith(_OF_THE_LIST)]


def sound_kind(head: bytes, stretch: Stretch) -> bytes | None:
    """The format of a stretch whose first segment begins with `head`; None: not known.

    Consecutive stretches with equal values can be decoded by one decoder.
    """
    if stretch.is_locked:
        return f"locked {stretch.first}".encode()
    if is_transport_stream(head):
        return _tracks_in(head)
    if stretch.head:
        return stretch.head.encode()
    if head.startswith(b"ID3") and len(head) > 10:
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        head = head[10 + size :]
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return b"aac" if head[1] & 0x06 == 0 else b"mpeg audio"
    if head.startswith(b"\x0b\x77"):
        return b"ac-3"
    return None


def _tracks_in(head: bytes) -> bytes | None:
    """The numbers and kinds of the tracks by the first program map in a transport stream."""
    maps: set[int] = set()
    for at in range(0, len(head) - PACKET_BYTES + 1, PACKET_BYTES):
        number = int.from_bytes(head[at + 1 : at + 3], "big") & 0x1FFF
        section = section_in(head[at : at + PACKET_BYTES])
        if number == 0:
            maps = maps_in(section) or maps
        elif number in maps and (tracks := tracks_in(section)) is not None:
            return repr(sorted(tracks)).encode()
    return None
