"""Upstream: the route of a station or recording that is one resource at an address.

The sound of a station is passed on as it comes, every half second, without its ICY metadata. A
finished recording has an end, can be read from any byte on, and is resumed after a broken
connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import socket
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Literal

from scribe_tui.audio import failures
from scribe_tui.audio.containers.declared_size import HEAD_BYTES
from scribe_tui.audio.containers.joined import LEAST_BYTES, JoinedWatch
from scribe_tui.audio.containers.told_end import ToldEnd
from scribe_tui.audio.containers.transport_stream import TracksWatch, is_transport_stream
from scribe_tui.audio.decoder.relay import Reply
from scribe_tui.audio.format import SoundCopy
from scribe_tui.audio.losses.cut_short import Stored, stored_as
from scribe_tui.audio.losses.damage import TAIL_BYTES
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.titles import tidy_title
from scribe_tui.audio.web.answer import Answer, ask_from
from scribe_tui.audio.web.body import length_of
from scribe_tui.audio.web.icy import IcySplitter, interval_of
from scribe_tui.audio.web.ogg_titles import SIGN, OggTitles
from scribe_tui.errors import SourceError

GATHER_SECONDS = 0.5
"""Interval at which a station's socket is read, at the same instants for all stations."""
BURST_SECONDS = 4.0
"""Seconds at the start without such pauses, for a station's initial burst."""
PARTIAL_CONTENT = 206
MOST_SKIPS = 4
SKIP_SECONDS = 180.0
"""Wait for the first sound from a server without range requests, if the index is at the end: the
recording is read to its index and then again."""
BEHIND_SECONDS = 10.0
"""Most seconds to find out what follows the end of a recording."""
MAX_AGAIN_BYTES = 16 * 1024 * 1024
"""Most bytes read for that from a server without range requests, which sends all each time."""
RESUME_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Waits before a recording is requested again where it broke off; reset by each byte received."""
_RECORDING_SIGNS = ("accept-ranges", "last-modified", "etag")
_STATION_SIGNS = ("icy-metaint", "icy-name", "icy-br")


def is_station(answer: Answer) -> bool:
    """Whether the answer calls itself a SHOUTcast or Icecast station."""
    return any(sign in answer.headers for sign in _STATION_SIGNS)


class Upstream:
    """A `Route` for one response that holds sound. `first_answer` is read and closed here.

    `problem`: why the sound ended, None for a clean end; `title`: the station's latest.
    """

    def __init__(
        self,
        first_answer: Answer,
        options: SourceOptions,
        now: Callable[[], float] = time.monotonic,
        *,
        skips: bool = False,
    ) -> None:
        """`skips`: allow reads from other offsets even if the server has no range requests."""
        self._answer: Answer | None = first_answer
        self._pumped: Answer | None = None
        self._address = first_answer.address
        self._options = options
        self._now = now
        self._headers = first_answer.headers
        # Some servers send a part although all was requested, and the rest on request.
        is_part = first_answer.status == PARTIAL_CONTENT
        self._length = first_answer.total
        ranges = is_part or self._headers.get("accept-ranges", "").strip().lower() == "bytes"
        self._may_seek = (ranges or skips) and self._length is not None
        self._skips_left = MOST_SKIPS if skips and not ranges else None
        self.patience_seconds = 0.0 if self._skips_left is None else SKIP_SECONDS
        has_signs = length_of(self._headers) is not None or any(
            sign in self._headers for sign in _RECORDING_SIGNS
        )
        self.is_recording = has_signs and not is_station(first_answer)
        self.content_type = first_answer.content_type
        self.station = tidy_title(self._headers.get("icy-name", "").encode("latin-1", "replace"))
        self.title: str | None = None
        self._ogg: OggTitles | Literal[False] | None = None
        """None before the first bytes have come; False if they are not Ogg."""
        self.problem: SourceError | None = None
        self.copy: SoundCopy | None = None
        """Takes a station's sound as it is sent."""
        self._head = b""
        self.tail = b""
        self.tracks: TracksWatch | None = None
        """Set for a transport stream, once its first bytes have come."""
        self.told_end: ToldEnd | None = None
        """Set for an AU, or a WAV whose server has no range requests: handles its declared end."""
        self._joined = JoinedWatch()
        self._watched = 0
        self._ended_at: int | None = None
        """The byte at which the body ended."""

    @property
    def is_locked(self) -> bool:
        """False: only HLS is encrypted."""
        return False

    @property
    def is_live(self) -> bool:
        """Whether it is a station, so that its end is a drop."""
        return not self.is_recording

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        """All of the sound, or a recording from byte `first` on. Raises SourceError."""
        answer, self._answer = self._answer, None
        if answer is None or first:
            if answer is not None:
                answer.close()
            if first and (not self._may_seek or self._skips_left == 0):
                raise failures.broke_off(self._address.where)
            if self._skips_left:
                self._skips_left -= 1
            answer = await self._ask(first)
        length = None if self._length is None else max(0, self._length - first)
        if self.told_end is not None:
            length = None  # not all bytes are passed on
        if not self.is_recording:
            interval = interval_of(self._headers)
            splitter = IcySplitter(interval, self._options.title_charset) if interval else None
            split = partial(self._split, splitter)
            return Reply(
                self._mime, self._station(answer, split), rest=partial(self._pump, answer, split)
            )
        return Reply(
            self._mime,
            self._recording(answer, first),
            length=length,
            first=first,
            total=self._length,
            seekable=self._may_seek and self.told_end is None,
        )

    @property
    def stored(self) -> Stored | None:
        """Size and beginning of a recording; None if they are not known."""
        return stored_as(self._head, self._length) if self._length and self._head else None

    @property
    def rest(self) -> None:
        """None: it is one resource."""

    @property
    def gives_parts(self) -> bool:
        """Whether the server says that it supports range requests."""
        return self._may_seek and self._skips_left is None

    async def holds_another(self) -> bool:
        """Whether another recording follows the one that was heard, as far as can be known.

        Requests the bytes that the decoder did not read. Never raises.
        """
        self._joined.ended(is_all=self._watched in (self._length, self._ended_at))
        known = self._watched if self._length is None else self._length
        if self._skips_left is not None and known >= MAX_AGAIN_BYTES:
            return False
        with contextlib.suppress(SourceError, TimeoutError):
            async with asyncio.timeout(BEHIND_SECONDS):
                while (span := self._joined.wants) is not None:
                    self._joined.give(await self._part(*span))
        return self._joined.holds_another

    @property
    def flac_seconds(self) -> float | None:
        """Total seconds of several FLAC recordings in a row; None unless there are several."""
        return self._joined.flac_seconds

    async def _part(self, first: int, size: int) -> bytes:
        if self._length is not None and self._length - first < LEAST_BYTES:
            return b""
        last = first + size - 1
        async with await ask_from(self._address, self._options, first, last) as answer:
            return await answer.read_up_to(size)

    def unheard(self, heard_seconds: float) -> float:
        """0: nothing is known."""
        return 0.0

    def missed(self, heard_seconds: float) -> float:
        """0: the bytes come without holes."""
        return 0.0

    def close(self) -> None:
        """Close the answers that are still open."""
        for answer in (self._answer, self._pumped):
            if answer is not None:
                answer.close()

    @property
    def _mime(self) -> str:
        """The content type if it is audio or video; else ""."""
        return self.content_type if self.content_type.startswith(("audio/", "video/")) else ""

    async def _ask(self, first: int) -> Answer:
        try:
            return await ask_from(self._address, self._options, first)
        except SourceError as error:
            self.problem = error
            raise

    def _split(self, splitter: IcySplitter | None, data: bytes) -> bytes:
        """The sound in `data` without metadata; also given to the copy if the sound is kept."""
        sound = data
        if splitter is not None:
            sound = splitter.split(data)
            self.title = splitter.title
        elif self._ogg is None:
            is_ogg = data.startswith(SIGN)
            self._ogg = OggTitles(self._options.title_charset) if is_ogg else False
        if self._ogg:
            self._ogg.feed(sound)
            self.title = self._ogg.title
        if self.copy is not None and sound:
            self.copy.write(sound)
        return sound

    async def _station(
        self, answer: Answer, split: Callable[[bytes], bytes]
    ) -> AsyncIterator[bytes]:
        """The whole body; if it is plain, only the first burst, since `_pump` copies the rest."""
        began = self._now()
        try:
            while piece := await answer.read():
                if sound := split(piece):
                    yield sound
                if self._now() - began > BURST_SECONDS:
                    if answer.is_plain:
                        self._pumped = answer
                        return
                    await answer.gather(_to_beat(self._now()))
        except SourceError as error:
            self.problem = error
            raise
        finally:
            if self._pumped is not answer:
                answer.close()

    async def _pump(
        self, answer: Answer, split: Callable[[bytes], bytes], sink: socket.socket
    ) -> None:
        if self._pumped is not answer:
            return
        async with answer:
            try:
                await answer.pump(sink, split)
            except SourceError as error:
                self.problem = error
                raise

    async def _recording(self, answer: Answer, first: int) -> AsyncIterator[bytes]:
        """The body from byte `first` on; after a break it is requested again if possible."""
        place = first
        failed = 0
        while True:
            began = place
            try:
                async with answer:
                    while piece := await answer.read():
                        self._see(place, piece)
                        place += len(piece)
                        failed = 0
                        if self.told_end is None:
                            yield piece
                        elif sound := self.told_end.feed(piece):
                            yield sound
                if self._is_all(place):
                    self.problem = None
                    self._ended_at = place
                    if self.told_end is not None and (sound := self.told_end.finish()):
                        yield sound
                    return
                if place == began:  # the server has no more, despite the length it gave
                    raise failures.broke_off(self._address.where)
                answer = await ask_from(self._address, self._options, place)
                continue
            except SourceError as error:
                self.problem = error
                if not self._may_seek or failed >= len(RESUME_WAITS):
                    raise
            answer, failed = await self._resume(place, failed)

    def _see(self, place: int, piece: bytes) -> None:
        """Remember the beginning and the end of what was read."""
        if not place:
            self.tracks = TracksWatch() if is_transport_stream(piece) else None
        if self.tracks is not None:
            self.tracks.feed(piece)
        if place == self._watched:
            self._joined.feed(piece)
            self._watched += len(piece)
        if place == len(self._head) < HEAD_BYTES:
            self._head += piece[: HEAD_BYTES - place]
        self.tail = (self.tail + piece)[-TAIL_BYTES:]

    def _is_all(self, place: int) -> bool:
        """Whether a response that ended cleanly at byte `place` completes the recording."""
        return self._length is None or not self._may_seek or place >= self._length

    async def _resume(self, place: int, failed: int) -> tuple[Answer, int]:
        while True:
            await asyncio.sleep(RESUME_WAITS[failed])
            failed += 1
            try:
                return await ask_from(self._address, self._options, place), failed
            except SourceError as error:
                self.problem = error
                if failed >= len(RESUME_WAITS):
                    raise


def _to_beat(now: float) -> float:
    """Seconds from `now` to a multiple of `GATHER_SECONDS`, at least half of that ahead."""
    beat = math.ceil(now / GATHER_SECONDS + 0.5) * GATHER_SECONDS
    return beat - now
