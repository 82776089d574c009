"""Titles of an Ogg station: each song is a chained stream with tags of its own.

Sans-IO. The decoder reports only the tags of the first song. Pages are skipped by their headers;
only those after the beginning of a song are parsed, until its tags are complete.
"""

from __future__ import annotations

from scribe_tui.audio.titles import tidy_title

SIGN = b"OggS"
_HEAD_BYTES = 27
_MAX_TAGS_BYTES = 256 * 1024
"""Most bytes of tags that are read; what follows is usually a picture."""
_MAX_STREAMS = 4
_BEGINS = 0x02
_VORBIS, _OPUS, _FLAC_TAGS = b"\x03vorbis", b"OpusTags", 4


class OggTitles:
    """Feed it the bytes of the stream; `title` is the latest song's, "" for one without."""

    def __init__(self, charset: str | None = None) -> None:
        self._charset = charset
        self._rest = b""
        self._to_skip = 0
        self._tags: dict[bytes, bytearray] = {}
        """The tags read so far of streams that have begun, by serial number."""
        self.title: str | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes, which may begin and end anywhere."""
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        rest = self._rest + data[skipped:]
        at = 0
        while (taken := self._page(rest, at)) is not None:
            at = taken
        self._to_skip += max(0, at - len(rest))
        self._rest = rest[at:]

    def _page(self, rest: bytes, at: int) -> int | None:
        """Index in `rest` after the page at `at`; None if that page is incomplete."""
        if rest[at : at + 4] != SIGN:
            found = rest.find(SIGN, at)
            if found < 0:
                return max(at, len(rest) - 3) if len(rest) - at > 3 else None
            at = found
        table = at + _HEAD_BYTES
        if len(rest) < table:
            return None
        count = rest[at + 26]
        lengths = rest[table : table + count]
        if len(lengths) < count:
            return None
        body = table + count
        end = body + sum(lengths)
        serial = rest[at + 14 : at + 18]
        begins = bool(rest[at + 5] & _BEGINS)
        if begins or serial in self._tags:
            if len(rest) < end:
                return None
            self._look(serial, begins, lengths, rest[body:end])
        return end

    def _look(self, serial: bytes, begins: bool, lengths: bytes, body: bytes) -> None:
        if begins:
            while len(self._tags) >= _MAX_STREAMS:
                del self._tags[next(iter(self._tags))]
            self._tags[serial] = bytearray()
            return
        tags = self._tags[serial]
        place = 0
        for length in lengths:
            tags += body[place : place + length]
            place += length
            if length < 255 or len(tags) > _MAX_TAGS_BYTES:
                del self._tags[serial]
                self._take(bytes(tags))
                return

    def _take(self, packet: bytes) -> None:
        if packet.startswith(_VORBIS):
            tags = packet[len(_VORBIS) :]
        elif packet.startswith(_OPUS):
            tags = packet[len(_OPUS) :]
        elif packet[:1] and packet[0] & 0x7F == _FLAC_TAGS:
            tags = packet[4:]
        else:
            return
        found = _comments(tags)
        words = [found[key] for key in ("artist", "title") if found.get(key)]
        self.title = tidy_title(b" - ".join(words), self._charset) if "title" in found else ""


def _comments(tags: bytes) -> dict[str, bytes]:
    """The first value of each key in a Vorbis comment, which may be cut short."""
    at = 4 + int.from_bytes(tags[:4], "little")
    count = int.from_bytes(tags[at : at + 4], "little")
    at += 4
    found: dict[str, bytes] = {}
    for _ in range(min(count, 1000)):
        size = int.from_bytes(tags[at : at + 4], "little")
        key, equals, value = tags[at + 4 : at + 4 + size].partition(b"=")
        if not equals:
            break
        found.setdefault(key.decode("ascii", "replace").lower(), value[:4096])
        at += 4 + size
    return found
