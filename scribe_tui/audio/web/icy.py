"""Titles that SHOUTcast and Icecast interleave with the sound (ICY metadata).

Sans-IO. After each `interval` bytes of sound comes one byte with the length of the metadata in
units of 16 bytes, then the metadata: `StreamTitle='...';StreamUrl='...';` in any encoding.
"""

from __future__ import annotations

from scribe_tui.audio.titles import tidy_title

_KEY = b"StreamTitle='"


class IcySplitter:
    """Separates sound and titles of a body; `title` is the latest: None before one, "" if empty."""

    def __init__(self, interval: int, charset: str | None = None) -> None:
        self._interval = interval
        self._charset = charset
        self._sound_left = interval
        self._note_left: int | None = None
        self._note = bytearray()
        self.title: str | None = None

    def split(self, data: bytes) -> bytes:
        """The sound in the next bytes of the body."""
        sound = bytearray()
        place = 0
        while place < len(data):
            if self._sound_left:
                part = data[place : place + self._sound_left]
                sound += part
                self._sound_left -= len(part)
                place += len(part)
            elif self._note_left is None:
                self._note_left = data[place] * 16
                place += 1
                self._end_note()
            else:
                part = data[place : place + self._note_left]
                self._note += part
                self._note_left -= len(part)
                place += len(part)
                self._end_note()
        return bytes(sound)

    def _end_note(self) -> None:
        if self._note_left != 0:
            return
        note, self._note = bytes(self._note), bytearray()
        self._note_left, self._sound_left = None, self._interval
        if (title := _title_in(note)) is not None:
            self.title = tidy_title(title, self._charset)


def interval_of(headers: dict[str, str]) -> int | None:
    """Bytes of sound between two blocks of metadata (`icy-metaint`); None without metadata."""
    text = headers.get("icy-metaint", "")
    return int(text[:9]) if text.isascii() and text.isdigit() and int(text[:9]) > 0 else None


def _title_in(note: bytes) -> bytes | None:
    """The bytes between the quotes; a title may hold quotes and semicolons itself."""
    start = note.find(_KEY)
    if start < 0:
        return None
    rest = note[start + len(_KEY) :].rstrip(b"\0")
    end = rest.find(b"';Stream")
    if end < 0:
        end = rest.rfind(b"';")
    return rest if end < 0 else rest[:end]
