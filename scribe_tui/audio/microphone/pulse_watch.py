"""PulseWatch: which source the sound server really gives to a recording stream.

When a source is removed, PulseAudio and PipeWire give its streams another one without notice to
them. So the server is asked, over a separate connection, whenever it announces a change.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from scribe_tui.audio.microphone import pulse_messages as messages
from scribe_tui.audio.microphone.pulse_address import open_server, server_addresses
from scribe_tui.audio.microphone.pulse_messages import Output, TaggedValues, message
from scribe_tui.sanitize import harmless_line

ANSWER_SECONDS = 30.0
LOOK_SECONDS = 5.0
"""Longest delay of opening a source by a server that gives sound and does not answer here."""
MOST_MOVES = 20
"""Reported moves of one stream: one that is moved more often is moved all the time."""
Given = Callable[[str | None, str], None]
"""Called with the names of the previous source and the present one; at first None and that one."""


@contextlib.asynccontextmanager
async def watching(process: int, given: Given) -> AsyncIterator[None]:
    """While entered, call `given` with the source of the newest stream of `process`.

    Entering waits for the server's first answer, so that a later change is not taken for the
    initial source. Where the server cannot be asked, `given` is never called.
    """
    looked = asyncio.Event()
    task = asyncio.create_task(_watch(process, given, looked), name="pulse-watch")
    first = asyncio.create_task(looked.wait(), name="pulse-look")
    try:
        await asyncio.wait({task, first}, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        yield
    finally:
        task.cancel()
        first.cancel()
        await asyncio.gather(task, first, return_exceptions=True)


async def _watch(process: int, given: Given, looked: asyncio.Event) -> None:
    for address in server_addresses(os.environ):
        # No server, another one, or one that ends: then its stream ends, too, and that is told.
        with contextlib.suppress(OSError, EOFError, ValueError, TimeoutError):
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await open_server(address, messages.MAX_BYTES)
            try:
                await _Server(reader, writer).follow(process, given, looked)
            finally:
                writer.transport.abort()
            return


class _Server:
    """One connection. Raises OSError, EOFError, ValueError, TimeoutError."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._tags = itertools.count()
        self._changed = False

    async def follow(self, process: int, given: Given, looked: asyncio.Event) -> None:
        """Watch until the stream or the server is gone; `looked` is set after the first answer."""
        await self._ask(messages.AUTH, messages.VERSION, _cookie())
        await self._ask(messages.SET_CLIENT_NAME, {"application.name": "scribe-tui"})
        await self._ask(messages.SUBSCRIBE, messages.SOURCES_AND_OUTPUTS)
        output, name = await self._newest(process)
        if name is not None:
            given(None, name)
        looked.set()
        moves = 0
        while output is not None and name is not None and moves < MOST_MOVES:
            await self._change()
            outputs = await self._outputs()
            now = next((each for each in outputs if each.number == output.number), None)
            if now is not None and now.source != output.source:
                moves += 1
                there = await self._name_of(now.source) or "another source"
                given(name, there)
                name = there
            output = now

    async def _newest(self, process: int) -> tuple[Output | None, str | None]:
        """The newest stream of `process`, and the name of its source."""
        for _ in range(MOST_MOVES):  # a source may go between the two questions
            mine = [each for each in await self._outputs() if each.process == process]
            output = max(mine, key=lambda each: each.number, default=None)
            if output is None:
                break
            if (name := await self._name_of(output.source)) is not None:
                return output, name
        return None, None

    async def _outputs(self) -> list[Output]:
        return messages.outputs_in(await self._ask(messages.OUTPUT_LIST))

    async def _name_of(self, source: int) -> str | None:
        """The name of the source with that number, None if there is none."""
        try:
            answer = await self._ask(messages.SOURCE_INFO, source, None)
        except _RefusedError:
            return None
        answer.number()
        return harmless_line(answer.text() or "")

    async def _change(self) -> None:
        while not self._changed:
            await self._next()
        self._changed = False

    async def _ask(
        self, command: int, *values: int | bytes | dict[str, str] | None
    ) -> TaggedValues:
        """Send a command; returns the values of the answer."""
        tag = next(self._tags)
        self._writer.write(message(command, tag, *values))
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                kind, answered, answer = await self._next()
                if answered == tag and kind == messages.REPLY:
                    return answer
                if answered == tag:
                    raise _RefusedError

    async def _next(self) -> tuple[int, int, TaggedValues]:
        """The next message: its command, the tag of the request it answers, its values."""
        head = await self._reader.readexactly(messages.HEAD_BYTES)
        values = TaggedValues(await self._reader.readexactly(messages.length_in(head)))
        kind, tag = values.number(), values.number()
        self._changed = self._changed or kind == messages.EVENT
        return kind, tag, values


class _RefusedError(ValueError):
    """The server does not answer that question."""


def _cookie() -> bytes:
    """The cookie that authenticates the user; a server recognises its own user without one."""
    given = os.environ.get("PULSE_COOKIE")
    places = [Path(given)] if given else []
    with contextlib.suppress(RuntimeError):  # this user has no home
        places += [Path.home() / ".config/pulse/cookie", Path.home() / ".pulse-cookie"]
    for place in places:
        with contextlib.suppress(OSError):
            if len(cookie := place.read_bytes()) == messages.COOKIE_BYTES:
                return cookie
    return bytes(messages.COOKIE_BYTES)
