"""Ogg (RFC 3533): pages with the sample they end at; one stream may follow another (chained)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from scribe_tui.audio.splitting.splitter import MAX_WAITING_BYTES, StreamPiece

_PAGE = struct.Struct("<4sBBqIIIB")
_CONTINUED, _FIRST = 1, 2
_NO_PACKET_ENDS = -1


@dataclass(slots=True)
class _Link:
    """One stream of the chain. `packets` and `granule` are those of its first page of sound."""

    serial: int
    rate: int
    suffix: str
    begun_at: float
    packets: int = 0
    granule: int | None = None
    base: int | None = None
    """The granule position at which its first page of sound begins; known at the second page."""


class OggSplitter:
    """A `Splitter` for Ogg Vorbis, Opus, FLAC and Speex; a file may begin with any page.

    The first page of a stream does not give the length of its sound: it is estimated from the
    number of its packets and the length of those in the second page.
    """

    def __init__(self) -> None:
        self.suffix = ".ogg"
        self.header = b""
        self.is_lost = False
        self._rest = bytearray()
        self._link: _Link | None = None
        self._seconds = 0.0
        self._in_head = False

    def feed(self, data: bytes) -> list[StreamPiece]:
        """Every complete page is a piece; bytes that are no page go with the next one."""
        self._rest += data
        pieces = []
        while (page := self._next_page()) is not None:
            pieces.append(self._take(*page))
        if len(self._rest) > MAX_WAITING_BYTES:
            self.is_lost = True
            self._rest.clear()
        return pieces

    def _next_page(self) -> tuple[bytes, int] | None:
        """Bytes up to the end of the next page, and where in them it begins."""
        start = self._rest.find(b"OggS")
        if start < 0 or len(self._rest) < start + _PAGE.size:
            return None
        segments = self._rest[start + _PAGE.size - 1]
        table = start + _PAGE.size
        if len(self._rest) < table + segments:
            return None
        end = table + segments + sum(self._rest[table : table + segments])
        if len(self._rest) < end:
            return None
        page = bytes(self._rest[:end])
        del self._rest[:end]
        return page, start

    def _take(self, page: bytes, start: int) -> StreamPiece:
        _, _, flags, granule, serial, _, _, segments = _PAGE.unpack_from(page, start)
        body = start + _PAGE.size + segments
        if flags & _FIRST:
            return self._begin(page, page[body:], serial)
        link = self._link
        if link is None or serial != link.serial:
            return StreamPiece(page, None)
        if self._in_head and granule in (0, _NO_PACKET_ENDS):
            self.header += page[start:]
            return StreamPiece(page, None)
        self._in_head = False
        may_begin = not flags & _CONTINUED and link.granule is not None
        piece = StreamPiece(page, self._seconds if may_begin else None)
        if granule != _NO_PACKET_ENDS:
            table = page[start + _PAGE.size : body]
            self._advance(link, granule, sum(lacing < 255 for lacing in table))
        return piece

    def _begin(self, page: bytes, packet: bytes, serial: int) -> StreamPiece:
        """The first page of a stream: a new link of the chain, or a second track beside it."""
        if self._in_head:
            return StreamPiece(page, None)
        rate, suffix = _kind_of(packet)
        is_first = self._link is None
        self._link = _Link(serial, rate, suffix, self._seconds)
        self._in_head = True
        self.header = page[page.find(b"OggS") :]
        if is_first:
            self.suffix = suffix
        return StreamPiece(page, 0.0 if is_first else None)

    def _advance(self, link: _Link, granule: int, packets: int) -> None:
        if link.granule is None:
            link.granule, link.packets = granule, packets
            return
        if link.base is None:
            each = (granule - link.granule) / packets if packets else 0.0
            link.base = round(link.granule - link.packets * each)
        self._seconds = max(self._seconds, link.begun_at + (granule - link.base) / link.rate)


def _kind_of(packet: bytes) -> tuple[int, str]:
    """Samples a second that granules count, and the suffix, by a stream's first packet."""
    if packet.startswith(b"OpusHead"):
        return 48000, ".opus"
    if packet.startswith(b"\x01vorbis") and len(packet) >= 16:
        return max(1, int.from_bytes(packet[12:16], "little")), ".ogg"
    if packet.startswith(b"\x7fFLAC") and len(packet) >= 31:
        return max(1, int.from_bytes(packet[27:30], "big") >> 4), ".oga"
    if packet.startswith(b"Speex") and len(packet) >= 40:
        return max(1, int.from_bytes(packet[36:40], "little")), ".spx"
    return 48000, ".ogg"
