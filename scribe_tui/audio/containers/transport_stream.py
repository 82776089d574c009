"""MPEG transport streams: the tracks that a program map names, and whether the heard one stays.

Sans-IO. ISO/IEC 13818-1, 2.4.4: packets of 188 bytes, tables in sections.
"""

from __future__ import annotations

PACKET_BYTES = 188
_SYNC = b"G"
_PROGRAMS, _MAP = 0, 2
_MAX_TABLES = 256
_MAX_MAPS = 16

Tracks = tuple[tuple[int, int], ...]
"""(`stream_type`, packet id) of each track, in the order of the program map."""


def is_transport_stream(head: bytes) -> bool:
    """Whether two packets stand one behind the other at the beginning of `head`."""
    return head[:1] == _SYNC == head[PACKET_BYTES : PACKET_BYTES + 1]


def section_in(packet: bytes) -> bytes:
    """The part of a table section that the packet holds; empty if no section begins in it."""
    begins, has_field = packet[1] & 0x40, packet[3] & 0x20
    at = 5 + packet[4] if has_field else 4
    if not begins or not packet[3] & 0x10 or at >= len(packet) - 4:
        return b""
    at += 1 + packet[at]
    length = int.from_bytes(packet[at + 1 : at + 3], "big") & 0x0FFF
    return packet[at : at + 3 + length]


def maps_in(section: bytes) -> set[int]:
    """The packet ids of the program maps that a program association section lists."""
    if not section or section[0] != _PROGRAMS:
        return set()
    return {
        int.from_bytes(section[at + 2 : at + 4], "big") & 0x1FFF
        for at in range(8, len(section) - 7, 4)
        if section[at : at + 2] != b"\0\0"
    }


def tracks_in(section: bytes) -> Tracks | None:
    """The tracks in a program map section; None for another table."""
    if len(section) <= 12 or section[0] != _MAP:
        return None
    at = 12 + (int.from_bytes(section[10:12], "big") & 0x0FFF)
    found = []
    while at + 5 <= len(section) - 4:
        number = int.from_bytes(section[at + 1 : at + 3], "big") & 0x1FFF
        found.append((section[at], number))
        at += 5 + (int.from_bytes(section[at + 3 : at + 5], "big") & 0x0FFF)
    return tuple(found)


class TracksWatch:
    """Watches a transport stream pass by, wherever its bytes are cut.

    A track stays the one that is heard while its number and its kind stay. A decoder that
    merges the versions of a map takes the one at the same place of the next version, too.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._maps: tuple[int, ...] = ()
        self._has_several = False
        self._tables: list[tuple[int, Tracks]] = []
        """Each with the number of its map."""

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        data = self._rest + data
        start = data.find(_SYNC)
        if start < 0:
            self._rest = b""
            return
        end = start + (len(data) - start) // PACKET_BYTES * PACKET_BYTES
        for number in self._look(data[start:end], _PROGRAMS):
            self._look(data[start:end], number)
        self._rest = data[end:]

    def loses(self, place: int, *, merges: bool) -> bool:
        """Whether track number `place` (from 0) of the first map has no successor in a later map.

        False for streams of several programs, whose tracks cannot be numbered in this way.
        """
        if self._has_several or not self._tables or place >= len(self._tables[0][1]):
            return False
        first_map, first = self._tables[0]
        kind = first[place][0]
        for number, table in self._tables[1:]:
            at_place = table[place][0] if place < len(table) else None
            follows = merges and number == first_map and at_place == kind
            if table and not follows and first[place] not in table:
                return True
        return False

    def _look(self, data: bytes, number: int) -> tuple[int, ...]:
        """Examine the packets with the id `number`.

        Returns the packet ids of the maps known so far.
        """
        low, at = data[2::PACKET_BYTES], -1
        while (at := low.find(number & 0xFF, at + 1)) >= 0:
            packet = data[at * PACKET_BYTES : (at + 1) * PACKET_BYTES]
            if packet[:1] == _SYNC and int.from_bytes(packet[1:3], "big") & 0x1FFF == number:
                self._take(number, section_in(packet))
        return self._maps

    def _take(self, number: int, section: bytes) -> None:
        if number == _PROGRAMS:
            maps = maps_in(section)
            self._has_several = self._has_several or len(maps) > 1
            self._maps = tuple(dict.fromkeys((*self._maps, *maps)))[:_MAX_MAPS]
        elif (tracks := tracks_in(section)) is not None:
            table = (number, tracks)
            is_new = not self._tables or table != self._tables[-1]
            if is_new and len(self._tables) < _MAX_TABLES:
                self._tables.append(table)
