"""Segments: the route of an HLS stream; it fetches each address that the decoder requests."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import replace

from scribe_tui.audio import failures
from scribe_tui.audio.containers.transport_stream import TracksWatch, is_transport_stream
from scribe_tui.audio.decoder.relay import HOST, Reply
from scribe_tui.audio.format import SoundCopy
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web import hls
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import Answer, ask, ask_from
from scribe_tui.audio.web.discontinuities import (
    HEAD_BYTES,
    Stretch,
    breaks,
    rest_from,
    sound_kind,
    stretches,
)
from scribe_tui.audio.web.hls import Segment
from scribe_tui.audio.web.hls_variables import resolved
from scribe_tui.audio.web.media_sequence import MediaSequence
from scribe_tui.audio.web.missing_segments import MissingSegments
from scribe_tui.audio.web.playing import Rest
from scribe_tui.audio.web.playlist import decoded_text
from scribe_tui.errors import SourceError

MAX_PLAYLIST_BYTES = 4 * 1024 * 1024
"""Largest playlist; 24 hours of 6 s segments with long addresses are 3 MB."""
MAX_SEGMENT_BYTES = 256 * 1024 * 1024
CAUSE_SECONDS = 60.0
"""A failure older than this many seconds does not count as the cause of an end."""
_UNKNOWN_TOTAL = 1 << 40
"""Size declared for a file whose byte ranges are segments and whose true size is unknown."""
KEY_BYTES = 16
_SIGN_BYTES = 16
RETRY_WAITS = (0.5, 1.0)
HLS_TYPE = "application/vnd.apple.mpegurl"
NO_MORE = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-ENDLIST\n"
"""The playlist for a decoder that must end although its live playlist goes on."""
LIST_PATH = "list.m3u8"
LIST_URL = f"{HOST}/{LIST_PATH}"


class Segments:
    """A `Route` for one media playlist, its segments and keys."""

    title: str | None = None
    station = ""
    copy: SoundCopy | None = None
    tail = b""
    tracks: TracksWatch | None = None
    patience_seconds = 0.0
    flac_seconds: float | None = None

    def __init__(
        self,
        address: Address,
        text: str,
        options: SourceOptions,
        now: Callable[[], float] = time.monotonic,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        """`variables`: the HLS variables of the playlist that led to it."""
        self._address = address
        self._variables = variables or {}
        self._sequence = MediaSequence()
        text = self._sequence.follow(text)
        self._first_text: str | None = text
        self._options = options
        self._now = now
        self._numbers: OrderedDict[hls.Resource, int] = OrderedDict()
        self._parts: dict[str, hls.Resource] = {}
        self._count = 0
        self._missing = MissingSegments()
        self._failure: tuple[float, SourceError] | None = None
        self._keys: frozenset[str] = frozenset()
        self._no_key: SourceError | None = None
        self.is_live = not hls.is_ended(text)
        self._text = text
        self._stretches = [] if self.is_live else _stretches_of(text)
        self._stretch: Stretch | None = None
        self._kind: bytes | None = None
        self._ends_before: Stretch | None = None
        self._breaks: frozenset[int] = frozenset()
        """Numbers of the segments of a live playlist before which the format may change."""

    @property
    def is_locked(self) -> bool:
        """Whether the newest playlist names a key."""
        return bool(self._keys - {""})

    @property
    def stored(self) -> None:
        """None: it consists of many files."""

    @property
    def rest(self) -> Rest | None:
        """The stream from where its format changes; None: it was read to its end."""
        after: Rest | None = None
        if self._ends_before is None:
            return None
        number = hls.first_number(self._text)
        listed = hls.segments(self._text)
        until = number + len(listed)
        for found in reversed(self._stretches):
            is_next = found.first == self._ends_before.first
            stretch = self._ends_before if is_next else found
            seconds = sum(each.seconds for each in listed if stretch.first <= each.number < until)
            text = rest_from(self._text, number, stretch)
            after, until = Rest(self._address, text, seconds, after), stretch.first
            if is_next:
                break
        return after

    @property
    def problem(self) -> SourceError | None:
        """Why a key cannot be fetched, without which segments are noise; else the last failure."""
        if self._no_key is not None:
            return self._no_key
        if self._failure is None or self._now() - self._failure[0] > CAUSE_SECONDS:
            return None
        return self._failure[1]

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        """The playlist, fetched again, or a segment or key in it. Raises SourceError."""
        try:
            if path == LIST_PATH:
                return await self._list()
            part = self._parts.get(path)
            if part is None:
                raise failures.http_status(404, self._address.where)
            url = part.address
            segment = self._missing.asked(url)
            if segment is not None and segment.is_gap:  # missing, as the playlist says
                raise failures.http_status(404, self._address.where)
            self._refuse_behind_the_end(segment)
            begins, ends = part.first + first, _end_of(part, last)
            answer = await self._fetch(self._address.follow(url), begins, ends)
            try:
                await self._look(answer, url, segment)
            except BaseException:
                answer.close()
                raise
        except _OfAnotherKindError:
            raise
        except SourceError as error:
            self._failure = (self._now(), error)
            if path in self._parts and self._parts[path].address in self._keys:
                self._no_key = error
            raise
        if url in self._keys:
            self._no_key = None
        if segment is not None:
            self._missing.came(segment)
            self._failure = None
        return self._reply_of(answer, part, first, last, segment)

    def _reply_of(
        self,
        answer: Answer,
        part: hls.Resource,
        first: int,
        last: int | None,
        segment: Segment | None,
    ) -> Reply:
        if last is not None:
            # The decoder needs exactly the bytes it requested, though some servers send the rest
            # of the file as well.
            size = last - first + 1
            total = max(part.size or answer.total or _UNKNOWN_TOTAL, last + 1)
            return Reply("", self._pieces(answer, size), size, first, total, seekable=True)
        if part.size is not None:
            size = max(0, part.size - first)
            return Reply("", self._pieces(answer, size), size)
        return Reply("", self._pieces(answer, segment=segment), answer.length)

    async def _look(self, answer: Answer, url: str, segment: Segment | None) -> None:
        """Raise SourceError for an invalid segment or key, or a segment of another format."""
        if url in self._keys:
            if len(await answer.peek(KEY_BYTES + 1)) != KEY_BYTES:
                raise failures.no_key(answer.address.where)
            return
        if segment is None:
            return
        if (await answer.peek(_SIGN_BYTES)).lstrip()[:1] in (b"<", b"{"):
            raise failures.web_page(answer.address.where)
        stretch = self._begun_at(segment.number)
        if stretch is None or stretch is self._stretch:
            return
        head = await answer.peek(HEAD_BYTES)
        kind = sound_kind(head, stretch)
        if self._stretch is not None and kind != self._kind and None not in (kind, self._kind):
            # A transport stream has no header (EXT-X-MAP), but a playlist cannot cancel one.
            is_plain = is_transport_stream(head)
            self._ends_before = replace(stretch, head="") if is_plain else stretch
            raise _OfAnotherKindError("sound changed", "What follows is decoded anew.")
        self._stretch, self._kind = stretch, kind

    def _begun_at(self, number: int) -> Stretch | None:
        """The stretch of segment `number`; None if its format need not be checked.

        In a live stream with keys or headers (EXT-X-MAP) nothing is checked, because their
        addresses may change with each playlist.
        """
        if not self.is_live:
            return next((one for one in reversed(self._stretches) if one.first <= number), None)
        is_plain = not self.is_locked and not hls.has_map(self._text)
        is_looked_at = self._stretch is None or number in self._breaks
        return Stretch(number, "", "") if is_plain and is_looked_at else None

    def _refuse_behind_the_end(self, segment: Segment | None) -> None:
        end = self._ends_before
        if end is not None and segment is not None and segment.number >= end.first:
            raise _OfAnotherKindError("sound changed", "What follows is decoded anew.")

    async def _fetch(self, address: Address, first: int, last: int | None) -> Answer:
        """Request an address, again if it fails with an error that may pass and there is time."""
        waits = iter(RETRY_WAITS)
        while True:
            began = self._now()
            try:
                if first or last is not None:
                    return await ask_from(address, self._options, first, last)
                return await ask(address, self._options)
            except SourceError as error:
                wait = next(waits, None)
                is_gone = failures.status_of(error) in range(400, 500)
                if wait is None or is_gone or self._now() - began > wait:
                    raise
            await asyncio.sleep(wait)

    def unheard(self, heard_seconds: float) -> float:
        """Seconds that came and were not heard, by the lengths in the playlist."""
        return self._missing.unheard(heard_seconds)

    def missed(self, heard_seconds: float) -> float:
        """Seconds missing after `heard_seconds` of sound; each hole is returned once."""
        return self._missing.take(heard_seconds) if self._missing.holes else 0.0

    async def holds_another(self) -> bool:
        """False: all that follows is in the playlist."""
        return False

    def close(self) -> None:
        """Do nothing: no response stays open between two requests."""

    async def _list(self) -> Reply:
        text, self._first_text = self._first_text, None
        if text is None:
            async with await ask(self._address, self._options) as answer:
                self._address = answer.address
                text = await read_list(answer)
            text, _ = resolved(text, self._address, self._variables)
            text = self._sequence.follow(text)
        if hls.is_ended(text):
            self.is_live = False
        self._missing.listed(hls.segments(text))
        self._keys = hls.keys(text)
        if self.is_live and self._ends_before is None:
            self._text = text
            self._breaks = breaks(text, hls.first_number(text))
            self._stretches = [Stretch(number, "", "") for number in sorted(self._breaks)]
        is_over = self.is_live and self._ends_before is not None
        body = hls.rewritten(NO_MORE if is_over else text, self._ours).encode()
        self._forget(text.count("\n"))
        return Reply(HLS_TYPE, _once(body), len(body))

    def _ours(self, part: hls.Resource) -> str:
        """The relay's path for an address or a byte range of it, the same each time."""
        number = self._numbers.get(part)
        if number is None:
            self._count += 1
            number = self._numbers[part] = self._count
        self._numbers.move_to_end(part)
        self._parts[f"{number}.ts"] = part
        return f"{HOST}/{number}.ts"

    def _forget(self, listed: int) -> None:
        """Forget addresses that left the playlist long ago.

        The latest playlist has `listed` lines.
        """
        keep = max(64, 3 * listed)
        while len(self._numbers) > keep:
            _, number = self._numbers.popitem(last=False)
            self._parts.pop(f"{number}.ts", None)

    async def _pieces(
        self, answer: Answer, size: int | None = None, segment: Segment | None = None
    ) -> AsyncIterator[bytes]:
        """The body of a response; the rest of a segment that breaks off is requested again."""
        limit = MAX_SEGMENT_BYTES if size is None else min(size, MAX_SEGMENT_BYTES)
        place, waits, length = 0, iter(RETRY_WAITS), answer.length
        while True:
            try:
                async with answer:
                    while place < limit and (piece := await answer.read()):
                        yield piece[: limit - place]
                        place += len(piece)
            except SourceError as error:
                self._failure = (self._now(), error)
                again = None
                if segment is not None:
                    again = await self._asked_again(answer.address, place, waits)
                if again is None:
                    self._lose_rest(segment, place, length)
                    raise
                answer = again
            else:
                self._failure = None
                return

    async def _asked_again(
        self, address: Address, place: int, waits: Iterator[float]
    ) -> Answer | None:
        for wait in waits:
            await asyncio.sleep(wait)
            with contextlib.suppress(SourceError):
                return await ask_from(address, self._options, place)
        return None

    def _lose_rest(self, segment: Segment | None, place: int, length: int | None) -> None:
        if segment is not None and length:
            self._missing.broke(segment, 1 - place / length)


def _end_of(part: hls.Resource, last: int | None) -> int | None:
    """Offset in the file of byte `last` of a byte range; None: to the end of the file."""
    if part.size is None:
        return last
    end = part.first + part.size - 1
    return end if last is None else min(end, part.first + last)


class _OfAnotherKindError(SourceError):
    """A segment of another format, which is withheld from the decoder."""


def _stretches_of(text: str) -> list[Stretch]:
    """The stretches of a playlist; none if its segments are byte ranges of one file."""
    return [] if "#EXT-X-BYTERANGE" in text else stretches(text, hls.first_number(text))


async def read_list(answer: Answer) -> str:
    """The text of a playlist. Raises SourceError for one larger than `MAX_PLAYLIST_BYTES`."""
    body = await answer.read_up_to(MAX_PLAYLIST_BYTES + 1)
    if len(body) > MAX_PLAYLIST_BYTES:
        raise failures.huge_playlist(answer.address.where, MAX_PLAYLIST_BYTES / 1024 / 1024)
    return decoded_text(body).lstrip("\ufeff")


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
