"""MediaSequence: gives the segments of a live HLS playlist numbers that never go back.

Sans-IO. A server must number its segments consecutively (RFC 8216, 6.2.2), and a decoder finds its
place in the next playlist by these numbers alone. If a restarted encoder begins again at a lower
number, or the number is invalid or never changes, the decoder waits for segments it has played
already, or skips new ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from scribe_tui.audio.web.hls import addresses

_TAG = "#EXT-X-MEDIA-SEQUENCE"
_TOLD = re.compile(rf"^{_TAG}: ?(\d{{1,20}})\s*$", re.MULTILINE)
_KEY = "#EXT-X-KEY:"
_VECTOR = re.compile(r"[:,]IV=")
_LARGEST = 10**18
"""Larger numbers are ignored: a decoder's numbers have 64 bits, and no encoder gets this far."""
_TRIES = 8
"""How many first numbers are tried to align two playlists; usually the first or second fits."""


class MediaSequence:
    """Renumbers each playlist of a stream, so that its numbers continue those of the one before."""

    def __init__(self) -> None:
        self._told: int | None = None
        """The number that the newest playlist itself gives its first segment."""
        self._added = 0
        """Difference between our numbers and the server's."""
        self._first = 0
        self._listed: list[str] = []
        """The segments of the newest playlist, the first of which has our number `_first`."""

    def follow(self, text: str) -> str:
        """The next playlist, `text`, with our numbers."""
        told = _told_in(text)
        listed = list(_names(addresses(text)))
        first = self._number_of(told, listed)
        if listed and first + len(listed) >= self._first + len(self._listed):
            self._told, self._first, self._listed = told, first, listed
            self._added = 0 if told is None else first - told
        return text if first == told else _renumbered(text, told or 0, first)

    def _number_of(self, told: int | None, listed: Sequence[str]) -> int:
        """Our number for the first segment in `listed`; the playlist itself gives it `told`."""
        if not self._listed:
            return told if told is not None and told < _LARGEST else 0
        known = None if told is None or self._told is None else told + self._added
        if known is not None and told is not None and self._told is not None and told > self._told:
            return known
        if (shift := self._shift(listed, known)) is not None:
            return shift
        stands = known == self._first and len(listed) >= len(self._listed)
        # If addresses hold a token that changes with each playlist, only the number can decide.
        return self._first if stands else self._first + len(self._listed)

    def _shift(self, listed: Sequence[str], known: int | None) -> int | None:
        """The first number with which `listed` agrees with the newest playlist; None for none."""
        places = {address: number for number, address in enumerate(self._listed, self._first)}
        found = (places[each] - place for place, each in enumerate(listed) if each in places)
        tries = dict.fromkeys([*([] if known is None else [known]), *found])
        return next((each for each in islice(tries, _TRIES) if self._is_same(listed, each)), None)

    def _is_same(self, listed: Sequence[str], first: int) -> bool:
        """Whether, if `listed` begins with number `first`, the playlists overlap and agree."""
        ours = self._listed[max(0, first - self._first) :]
        theirs = listed[max(0, self._first - first) :]
        return bool(ours and theirs) and all(map(str.__eq__, ours, theirs))


def _names(listed: Sequence[str]) -> Sequence[str]:
    """Names to compare segments by: addresses without query, which may change each time."""
    paths = [address.partition("?")[0] for address in listed]
    return paths if len(set(paths)) == len(paths) else listed


def _told_in(text: str) -> int | None:
    """The number that a playlist gives its first segment; None if missing or invalid."""
    found = _TOLD.search(text)
    return int(found[1]) if found else None


def _renumbered(text: str, told: int, first: int) -> str:
    """The playlist with `first` as the number of its first segment, instead of `told`.

    A key without `IV` uses the segment's number instead (RFC 8216, 5.2), so the server's number is
    written as `IV` for each of its segments.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if not line.startswith(_TAG)]
    at = lines.index("#EXTM3U") + 1 if "#EXTM3U" in lines else 0
    return "\n".join([*lines[:at], f"{_TAG}:{first}", *_with_vectors(lines[at:], told)]) + "\n"


def _with_vectors(lines: Sequence[str], number: int) -> Iterator[str]:
    key = ""
    for line in lines:
        if line.startswith(_KEY):
            lacks = "METHOD=AES-128" in line and not _VECTOR.search(line)
            key = line if lacks else ""
        elif line and not line.startswith("#"):
            if key:
                yield f"{key},IV=0x{number:032X}"
            number += 1
        if not (line.startswith(_KEY) and key):
            yield line
