"""Segments: an HLS stream as the decoder asks for it, each address fetched by this program."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.relay import HOST, Reply
from scribe_tui.audio.format import SoundCopy
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.titles import decode
from scribe_tui.audio.web import hls
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import Answer, ask, ask_from
from scribe_tui.audio.web.missing_segments import MissingSegments
from scribe_tui.errors import SourceError

MAX_PLAYLIST_BYTES = 4 * 1024 * 1024
"""Twenty-four hours of 6 s segments with long addresses are 3 MB."""
MAX_SEGMENT_BYTES = 256 * 1024 * 1024
CAUSE_SECONDS = 60.0
"""A failure longer ago is not the cause of what happens now."""
_UNKNOWN_TOTAL = 1 << 40
"""Size given for a file whose parts are segments; the decoder asks for none behind it."""
RETRY_WAITS = (0.5, 1.0)
HLS_TYPE = "application/vnd.apple.mpegurl"
LIST_PATH = "list.m3u8"
LIST_URL = f"{HOST}/{LIST_PATH}"


class Segments:
    """A `Route` for one media playlist and all that it leads to."""

    title: str | None = None
    station = ""
    copy: SoundCopy | None = None

    def __init__(
        self,
        address: Address,
        text: str,
        options: SourceOptions,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = address
        self._first_text: str | None = text
        self._options = options
        self._now = now
        self._numbers: OrderedDict[str, int] = OrderedDict()
        self._addresses: dict[str, str] = {}
        self._count = 0
        self._missing = MissingSegments()
        self._failure: tuple[float, SourceError] | None = None
        self._keys: frozenset[str] = frozenset()
        self._no_key: SourceError | None = None
        self.is_live = not hls.is_ended(text)

    @property
    def problem(self) -> SourceError | None:
        """Why a key cannot be had, without which segments are noise; else the latest failure."""
        if self._no_key is not None:
            return self._no_key
        if self._failure is None or self._now() - self._failure[0] > CAUSE_SECONDS:
            return None
        return self._failure[1]

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        """The playlist anew, or a segment or key in it. Raises SourceError."""
        try:
            if path == LIST_PATH:
                return await self._list()
            url = self._addresses.get(path)
            if url is None:
                raise failures.http_status(404, self._address.where)
            segment = self._missing.asked(url)
            if segment is not None and segment.is_gap:  # not there, as the list says itself
                raise failures.http_status(404, self._address.where)
            ranged = bool(first) or last is not None
            answer = await self._fetch(self._address.follow(url), first, last)
        except SourceError as error:
            self._failure = (self._now(), error)
            if self._addresses.get(path) in self._keys:
                self._no_key = error
            raise
        if url in self._keys:
            self._no_key = None
        if segment is not None:
            self._missing.came(segment)
            self._failure = None
        if ranged and last is not None:
            # The decoder counts on a true answer to what it asked for, though some servers
            # send the rest of the file as well.
            size = last - first + 1
            total = max(answer.total or _UNKNOWN_TOTAL, last + 1)
            return Reply("", self._pieces(answer, size), size, first, total, seekable=True)
        return Reply("", self._pieces(answer), answer.length)

    async def _fetch(self, address: Address, first: int, last: int | None) -> Answer:
        """What fails at once and may pass is asked for again, while there is time for it."""
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

    def missed(self, heard_seconds: float) -> float:
        """Seconds missing before what follows when so much was heard; told once."""
        return self._missing.take(heard_seconds) if self._missing.holes else 0.0

    def close(self) -> None:
        """Nothing is held between two requests."""

    async def _list(self) -> Reply:
        text, self._first_text = self._first_text, None
        if text is None:
            async with await ask(self._address, self._options) as answer:
                self._address = answer.address
                text = await read_list(answer)
        if hls.is_ended(text):
            self.is_live = False
        self._missing.listed(hls.segments(text))
        self._keys = hls.keys(text)
        body = hls.rewritten(text, self._ours).encode()
        self._forget(text.count("\n"))
        return Reply(HLS_TYPE, _once(body), len(body))

    def _ours(self, address: str) -> str:
        """The path that stands for an address, the same each time."""
        number = self._numbers.get(address)
        if number is None:
            self._count += 1
            number = self._numbers[address] = self._count
        self._numbers.move_to_end(address)
        self._addresses[f"{number}.ts"] = address
        return f"{HOST}/{number}.ts"

    def _forget(self, listed: int) -> None:
        """Forget addresses that no list has named for long; the latest has `listed` lines."""
        keep = max(64, 3 * listed)
        while len(self._numbers) > keep:
            _, number = self._numbers.popitem(last=False)
            self._addresses.pop(f"{number}.ts", None)

    async def _pieces(self, answer: Answer, size: int | None = None) -> AsyncIterator[bytes]:
        left = MAX_SEGMENT_BYTES if size is None else min(size, MAX_SEGMENT_BYTES)
        async with answer:
            try:
                while left > 0 and (piece := await answer.read()):
                    yield piece[:left]
                    left -= len(piece)
            except SourceError as error:
                self._failure = (self._now(), error)
                raise


async def read_list(answer: Answer) -> str:
    """The text of a playlist. Raises SourceError for one that is larger than any true one."""
    body = await answer.read_up_to(MAX_PLAYLIST_BYTES + 1)
    if len(body) > MAX_PLAYLIST_BYTES:
        raise failures.huge_playlist(answer.address.where, MAX_PLAYLIST_BYTES / 1024 / 1024)
    return decode(body).lstrip("\ufeff")


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body
