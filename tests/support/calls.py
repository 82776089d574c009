"""Exchange: one connection controlled by a test, with the messages it received."""

from __future__ import annotations

import asyncio
import traceback

from scribe_tui.errors import SpeechError
from scribe_tui.scribe.connection import Connection
from scribe_tui.scribe.messages import (
    Message,
)
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import KEY
from tests.support.numbered import numbered_pcm

MANUAL = SpeechSettings(commit="manual")
SECONDS = 30.0
"""Most seconds to wait for a message."""


class Exchange:
    """An open connection with all messages received so far."""

    def __init__(self, connection: Connection):
        self.connection = connection
        self.said: list[Message] = []
        self._messages = aiter(connection)

    async def until(self, kind: type, count: int = 1) -> Message:
        """Receive until `count` messages of `kind` came in this call; return the last."""
        async with asyncio.timeout(SECONDS):
            while True:
                message = await anext(self._messages)
                self.said.append(message)
                count -= isinstance(message, kind)
                if count == 0:
                    return message

    async def to_the_end(self) -> list[Message]:
        async with asyncio.timeout(SECONDS):
            self.said += [message async for message in self._messages]
        return self.said

    def of(self, kind: type) -> list[Message]:
        return [message for message in self.said if isinstance(message, kind)]


async def send(talk: Exchange, seconds: float, *, first: int = 1) -> None:
    for chunk in numbered_pcm(seconds, first=first):
        await talk.connection.send_audio(chunk)


async def until_gone(talk: Exchange) -> SpeechError:
    """Send until the connection reports that it is gone; return the error."""
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                await talk.connection.send_audio(bytes(3200))
            except SpeechError as error:
                return error
            await asyncio.sleep(0)


def secret_free(error: BaseException) -> None:
    """Check that the key appears nowhere in an error and its causes."""
    seen = "".join(traceback.format_exception(error)) + repr(error)
    inner: BaseException | None = error
    while inner is not None:
        seen += f"{inner!r} {inner} {inner.args} {getattr(inner, 'sentence', '')}"
        inner = inner.__cause__ or inner.__context__
    assert KEY not in seen
