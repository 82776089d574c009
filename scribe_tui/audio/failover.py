"""Failover: of a source's addresses the first that works is heard, later the first again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.source import CopyMaker, Source, SourceStatus, keep_sound, noticed
from scribe_tui.errors import Retry, SourceError

RETURN_SECONDS = 300.0
"""How long a further address is heard before the first is tried again, and between tries."""
QUICK_SECONDS = 10.0
"""An address that gave sound for less than this counts as one that does not work."""

MAX_NOTICES = 10

OpenOne = Callable[[str], Source]


class Addresses:
    """The addresses of a source and which of them work; lives as long as its session."""

    def __init__(
        self,
        addresses: Sequence[str],
        open_one: OpenOne,
        describe: Callable[[str], str],
        *,
        return_seconds: float = RETURN_SECONDS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """At least one address; `describe` makes one fit to be shown."""
        self._addresses = tuple(addresses)
        self.describe = describe
        self.open_one = open_one
        self.return_seconds = return_seconds
        self.now = now
        self._begin_with = 0
        self._left_first_at = 0.0
        self._used = 0

    def source(self) -> Source:
        """The source, not yet opened."""
        if len(self._addresses) == 1:
            return self.open_one(self._addresses[0])
        return FailoverSource(self)

    @property
    def first(self) -> str:
        """The preferred address."""
        return self._addresses[0]

    def in_order(self) -> Iterator[str]:
        """All addresses, the one to try first before the others."""
        if self.now() - self._left_first_at >= self.return_seconds:
            self._begin_with = 0
        begin = self._begin_with
        yield self._addresses[begin]
        yield from (a for number, a in enumerate(self._addresses) if number != begin)

    def uses(self, address: str) -> str | None:
        """Note that sound comes from `address`; returns a sentence if it is not the one before."""
        number = self._addresses.index(address)
        if number and not self._begin_with:
            self._left_first_at = self.now()
        changed, self._used = number != self._used, number
        self._begin_with = number
        if not changed:
            return None
        where = self.describe(address)
        if not number:
            return f"heard from its first address again, {where}"
        return f"heard from address {number + 1} of {len(self._addresses)}, {where}"

    def ended(self, address: str, seconds: float) -> None:
        """Note that `address` gave `seconds` of sound.

        If that is less than `QUICK_SECONDS`, the next address is tried first.
        """
        if seconds < QUICK_SECONDS and self._addresses[self._begin_with] == address:
            if not self._begin_with:
                self._left_first_at = self.now()
            self._begin_with = (self._begin_with + 1) % len(self._addresses)


class FailoverSource:
    """A `Source`: one opening, of whichever address works.

    While it is not the first, that one is opened beside it from time to time; once it gives
    sound it takes over between two chunks.
    """

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._maker: CopyMaker | None = None
        self._source: Source = addresses.open_one(addresses.first)
        self._chunks: AsyncIterator[AudioChunk] | None = None
        self._address = addresses.first
        self._began_at = 0.0
        self._notices: tuple[str, ...] = ()
        self._inner = SourceStatus()
        self._status = SourceStatus()
        self._returning: asyncio.Task[Source] | None = None

    @property
    def is_live(self) -> bool:
        """That of the address in use; until there is one, that of the first."""
        return self._source.is_live

    @property
    def status(self) -> SourceStatus:
        """The facts of the address in use, with a notice for each change of address."""
        inner = self._source.status
        if inner is not self._inner:
            self._notices += inner.notices[len(self._inner.notices) :]
            self._inner = inner
            self._status = replace(
                inner,
                notices=self._notices[-MAX_NOTICES:],
                address=self._addresses.describe(self._address),
            )
        return self._status

    def keep(self, maker: CopyMaker) -> None:
        """Give `maker` the sound of whichever address is heard."""
        self._maker = maker

    async def __aenter__(self) -> Self:
        problems: list[SourceError] = []
        for address in self._addresses.in_order():
            source = self._open(address)
            try:
                await source.__aenter__()
            except SourceError as error:
                problems.append(error)
            else:
                self._use(address, source)
                return self
        # One that may work later is the reason to go on trying.
        raise next((error for error in problems if error.retry is not Retry.NEVER), problems[0])

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._end_return()
        if self._chunks is not None:
            self._addresses.ended(self._address, self._addresses.now() - self._began_at)
            await self._source.__aexit__(kind, error, traceback)

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return self

    async def __anext__(self) -> AudioChunk:
        if self._chunks is None:
            raise StopAsyncIteration
        if self._returning is not None and self._returning.done():
            await self._return()
        return await anext(self._chunks)

    def _open(self, address: str) -> Source:
        source = self._addresses.open_one(address)
        keep_sound(source, self._maker)
        return source

    def _use(self, address: str, source: Source) -> None:
        self._address, self._source, self._chunks = address, source, aiter(source)
        self._began_at = self._addresses.now()
        self._inner = SourceStatus()
        self._notices += noticed(self._addresses.uses(address))
        if address != self._addresses.first and source.is_live:
            self._returning = asyncio.create_task(self._try_first(), name="first address")

    async def _try_first(self) -> Source:
        """The first address with its first sound, tried again and again."""
        while True:
            await asyncio.sleep(self._addresses.return_seconds)
            source = self._open(self._addresses.first)
            try:
                return await source.__aenter__()
            except SourceError:
                continue  # it still does not work: what is heard meanwhile was reported already

    async def _return(self) -> None:
        """The first address gives sound: it takes over."""
        assert self._returning is not None
        first, self._returning = self._returning.result(), None
        before = self._source
        self._use(self._addresses.first, first)
        await before.__aexit__(None, None, None)

    async def _end_return(self) -> None:
        if self._returning is None:
            return
        task, self._returning = self._returning, None
        task.cancel()
        (source,) = await asyncio.gather(task, return_exceptions=True)
        if not isinstance(source, BaseException):
            await source.__aexit__(None, None, None)
