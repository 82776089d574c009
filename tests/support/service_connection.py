"""ServiceConnection: the service's side of one connection: strict, with scripted faults."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.support.client_messages import AudioMessage, WrongMessageError, read_message
from tests.support.numbered import HeardWord
from tests.support.parameters import Query, audio_shape, config, is_on
from tests.support.script import DEAF_SECONDS, Fault, Script
from tests.support.voices import NumberedVoice, Voice

LEAST_COMMIT_SECONDS = 0.3
DROP_SECONDS = 2.0
"""Seconds in which the other side must notice that the connection ended."""

Message = dict[str, object]


@dataclass(slots=True)
class HeardConnection:
    """What was received over one connection, and what was wrong with it by the documentation.

    `values` are the numbers in the sound (see `numbered`), one entry for each change.
    """

    number: int
    path: str
    query: Query
    key: str | None
    messages: list[Message] | deque[Message] = field(default_factory=list)
    chunks: list[bytes] | deque[bytes] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    previous_text: str | None = None
    commits: int = 0
    committed: list[str] | deque[str] = field(default_factory=list)
    violations: list[str] | deque[str] = field(default_factory=list)
    heard_seconds: float = 0.0
    started: bool = False
    over: bool = False
    close_code: int | None = None

    def forget(self) -> None:
        """Keep only the newest items from now on."""
        self.messages = deque(maxlen=2)
        self.chunks = deque(maxlen=2)
        self.committed = deque(maxlen=2)
        self.violations = deque(maxlen=20)

    @property
    def audio(self) -> bytes:
        """All received sound, in wire format."""
        return b"".join(self.chunks)


class HangupError(Exception):
    """The script ended this connection."""


class ServiceConnection:
    """The service's side of an open websocket, until one side ends it."""

    def __init__(
        self,
        remote: ServerConnection,
        heard: HeardConnection,
        script: Script,
        voice: Voice,
        idle_seconds: float,
    ):
        self._remote = remote
        self._heard = heard
        self._script = script
        self._voice = voice
        self._idle_seconds = idle_seconds
        _, self._sample_bytes = audio_shape(heard.query)
        if isinstance(voice, NumberedVoice):
            heard.values = voice.values
        self._fault = script.fault
        self._committed_at = 0
        self._commits_due = 0
        self._told_again: list[Message] = []
        self._on_the_way: asyncio.Queue[tuple[float, str]] = asyncio.Queue()

    async def run(self) -> None:
        """Handle the connection from beginning to end."""
        beside = [asyncio.create_task(self._carry())] if self._script.latency_seconds else []
        try:
            if self._fault is not None and self._fault.before_start:
                await self._fail(self._fault)
            if not self._script.starts:
                await self._listen_mutely()
            self._heard.started = True
            name = f"remote-{self._heard.number}"
            await self._say("session_started", session_id=name, config=config(self._heard.query))
            for frame in self._script.frames:
                await self._remote.send(frame)
            beside.append(asyncio.create_task(self._speak()))
            await self._listen()
        except (HangupError, ConnectionClosed):
            pass
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            self._heard.over = True
            self._heard.close_code = self._remote.close_code

    async def _speak(self) -> None:
        with suppress(ConnectionClosed):
            await self._voice.speak(self._tell_partial, self._commit)

    async def _listen(self) -> None:
        while True:
            await self._fail_when_due()
            try:
                async with asyncio.timeout(self._idle_seconds):
                    frame = await self._remote.recv()
            except TimeoutError:
                await self._hang_up(1000, "")
            await self._take(frame)

    async def _listen_mutely(self) -> NoReturn:
        async for _ in self._remote:
            pass
        raise HangupError

    async def _take(self, frame: str | bytes) -> None:
        first = not self._heard.messages
        try:
            message = read_message(frame, self._voice.rate, self._sample_bytes, first=first)
        except WrongMessageError as wrong:
            self._heard.violations.append(str(wrong))
            await self._say("input_error", error=str(wrong))
            return
        self._note(message)
        self._voice.hear(message.audio)
        self._heard.heard_seconds = self._voice.samples / self._voice.rate
        if self._voice.has_ended():
            await self._commit()
        elif self._voice.has_partial():
            for _ in range(self._script.partials_told):
                await self._tell_partial(self._voice.open_text())
        told_again, self._told_again = self._told_again, []
        for again in told_again:
            await self._send(again)
        if message.commit:
            await self._commit_asked()

    def _note(self, message: AudioMessage) -> None:
        self._heard.messages.append(message.fields | {"audio_bytes": len(message.audio)})
        self._heard.previous_text = self._heard.previous_text or message.previous_text
        self._heard.chunks.append(message.audio)

    async def _commit_asked(self) -> None:
        self._heard.commits += 1
        uncommitted = self._voice.samples - self._committed_at
        least = LEAST_COMMIT_SECONDS * self._voice.rate
        if uncommitted < least and self._script.throttles:
            self._heard.violations.append("commit_throttled")
            await self._say("commit_throttled", error="Commit needs 0.3 s of audio")
            await self._hang_up(1000, "commit_throttled")
        if self._script.answers_commits:
            await self._commit()

    async def _commit(self) -> None:
        await asyncio.sleep(self._script.commit_delay_seconds)
        self._commits_due += 1
        fault = self._fault
        if fault is not None and fault.at_commit == self._commits_due:
            if fault.half_told:
                await self._say("committed_transcript", text=self._voice.open_text())
            await self._fail(fault)
        self._committed_at = self._voice.samples
        text, words = self._voice.commit()
        self._heard.committed.append(text)
        plain: Message = {"message_type": "committed_transcript", "text": text}
        pair = [plain, *self._timed(text, words)]
        for message in (pair[::-1] if self._script.timed_first else pair) * self._script.told:
            await self._send(message)
        if self._script.echo:
            await self._tell_partial(text)
        if self._script.repeats_late and text:
            older: Message = {"message_type": "partial_transcript", "text": text.rpartition(" ")[0]}
            self._told_again = [plain, older]

    def _timed(self, text: str, words: list[HeardWord]) -> list[Message]:
        timestamps = is_on(self._heard.query, "include_timestamps")
        detection = is_on(self._heard.query, "include_language_detection")
        if self._script.timed_missing or not (timestamps or detection):
            return []
        return [
            {
                "message_type": "committed_transcript_with_timestamps",
                "text": text,
                "language_code": "en" if detection else None,
                "words": wire_words(words) if timestamps else None,
            }
        ]

    async def _fail_when_due(self) -> None:
        fault = self._fault
        if fault is None or fault.at_commit is not None:
            return
        if fault.at_value is not None:
            due = fault.at_value in self._heard.values[-3:]
        else:
            due = self._heard.heard_seconds >= fault.at_seconds
        if due:
            await self._fail(fault)

    async def _fail(self, fault: Fault) -> None:
        self._fault = None
        if self._script.struck is not None:
            self._script.struck(fault)
        if fault.error is not None:
            await self._say(fault.error, error=fault.text)
        match fault.ending:
            case "close":
                await self._hang_up(fault.code, fault.reason)
            case "drop":
                await self._drop()
            case "reset":
                self._reset()
            case "stall":
                await self._listen_mutely()
            case "deaf":
                self._remote.transport.pause_reading()
                if fault.until is None:
                    await asyncio.sleep(DEAF_SECONDS)
                else:
                    await fault.until.wait()
                self._remote.transport.resume_reading()
            case "freeze":
                self._remote.transport.pause_reading()
                await self._remote.wait_closed()
                raise HangupError

    async def _hang_up(self, code: int, reason: str) -> NoReturn:
        await self._remote.close(code, reason)
        raise HangupError

    async def _drop(self) -> NoReturn:
        """End the connection after everything was sent, without a close frame.

        If a socket with unread sound were closed at once, it would be reset, and sent data might be
        lost: that is `reset`.
        """
        self._remote.transport.write_eof()
        with suppress(ConnectionClosed, TimeoutError):
            async with asyncio.timeout(DROP_SECONDS):
                while True:
                    await self._remote.recv(decode=False)
        self._remote.transport.abort()
        raise HangupError

    def _reset(self) -> NoReturn:
        raw = self._remote.transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._remote.transport.abort()
        raise HangupError

    async def _tell_partial(self, text: str) -> None:
        await self._say("partial_transcript", text=text)

    async def _say(self, kind: str, **fields: object) -> None:
        await self._send({"message_type": kind} | fields)

    async def _send(self, message: Message) -> None:
        if self._script.latency_seconds:
            due = asyncio.get_running_loop().time() + self._script.latency_seconds
            self._on_the_way.put_nowait((due, json.dumps(message)))
        else:
            await self._remote.send(json.dumps(message))

    async def _carry(self) -> None:
        """Deliver messages late, but in order."""
        loop = asyncio.get_running_loop()
        while True:
            due, text = await self._on_the_way.get()
            await asyncio.sleep(due - loop.time())
            try:
                await self._remote.send(text)
            except ConnectionClosed:
                return


def wire_words(words: list[HeardWord]) -> list[Message]:
    """Return the words as on the wire, with spacing between them."""
    items: list[Message] = []
    for word in words:
        if items:
            items.append(_item(" ", "spacing", word.start, word.start))
        items.append(_item(word.text, "word", word.start, word.end))
    return items


def _item(text: str, kind: str, start: float, end: float) -> Message:
    return {
        "text": text,
        "start": round(start, 3),
        "end": round(end, 3),
        "type": kind,
        "speaker_id": None,
        "logprob": -0.1,
        "characters": None,
        "channel_index": None,
    }
