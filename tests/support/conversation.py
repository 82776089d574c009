"""One connection as the service holds it: strict about what it takes, scripted in its faults."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import socket
import struct
from collections import deque
from dataclasses import dataclass, field

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.support.numbered import HeardWord, NumberedRecognizer
from tests.support.parameters import FORMATS, config, is_on
from tests.support.script import DEAF_SECONDS, Fault, Script

FIELDS = {"message_type", "audio_base_64", "commit", "sample_rate", "previous_text"}
LEAST_COMMIT_SECONDS = 0.3


@dataclass(slots=True)
class HeardConnection:
    """What came in over one connection, and what was wrong with it by the documentation.

    `values` are the numbers in the sound (see `numbered`), each change noted once.
    """

    number: int
    path: str
    query: dict[str, list[str]]
    key: str | None
    messages: list[dict[str, object]] | deque[dict[str, object]] = field(default_factory=list)
    chunks: list[bytes] | deque[bytes] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    previous_text: str | None = None
    commits: int = 0
    committed: list[str] | deque[str] = field(default_factory=list)
    violations: list[str] | deque[str] = field(default_factory=list)
    started: bool = False
    over: bool = False
    close_code: int | None = None

    def forget(self) -> None:
        """Keep only the newest from now on."""
        self.messages = deque(maxlen=2)
        self.chunks = deque(maxlen=2)
        self.committed = deque(maxlen=2)
        self.violations = deque(maxlen=20)

    @property
    def audio(self) -> bytes:
        """All sound received, in wire format."""
        return b"".join(self.chunks)


class HangupError(Exception):
    """The script ended this connection."""


class Conversation:
    """Speaks the service's side over an open websocket until one side ends it."""

    def __init__(
        self, remote: ServerConnection, heard: HeardConnection, script: Script, idle_seconds: float
    ):
        self.remote = remote
        self.heard = heard
        self.script = script
        self.idle_seconds = idle_seconds
        audio_format = heard.query.get("audio_format", ["pcm_16000"])[0]
        self.sample_bytes = 1 if audio_format.startswith("ulaw") else 2
        self.ear = NumberedRecognizer(FORMATS.get(audio_format, 16000))
        self.heard.values = self.ear.values
        self.open_words: list[HeardWord] = []
        self.committed_at = 0
        self.partial_at = 0
        self.fault_pending = script.fault
        self.commits_due = 0
        self.told_again: list[dict[str, object]] = []
        self.on_the_way: asyncio.Queue[tuple[float, str]] = asyncio.Queue()

    async def run(self) -> None:
        """Hold the whole conversation."""
        carrying = asyncio.create_task(self._carry()) if self.script.latency_seconds else None
        try:
            if self.fault_pending is not None and self.fault_pending.before_start:
                await self._fail()
            if not self.script.starts:
                await self._listen_mutely()
            self.heard.started = True
            name = f"remote-{self.heard.number}"
            await self._say("session_started", session_id=name, config=config(self.heard.query))
            for frame in self.script.frames:
                await self.remote.send(frame)
            await self._listen()
        except (HangupError, ConnectionClosed):
            pass
        finally:
            if carrying is not None:
                carrying.cancel()
                await asyncio.gather(carrying, return_exceptions=True)
            self.heard.over = True
            self.heard.close_code = self.remote.close_code

    async def _listen(self) -> None:
        while True:
            await self._fail_when_due()
            try:
                async with asyncio.timeout(self.idle_seconds):
                    frame = await self.remote.recv()
            except TimeoutError:
                await self._hang_up(1000, "")
            await self._take(frame)

    async def _carry(self) -> None:
        """Deliver what was told, late but in order."""
        loop = asyncio.get_running_loop()
        while True:
            due, text = await self.on_the_way.get()
            await asyncio.sleep(due - loop.time())
            try:
                await self.remote.send(text)
            except ConnectionClosed:
                return

    async def _listen_mutely(self) -> None:
        async for _ in self.remote:
            pass
        raise HangupError

    async def _take(self, frame: str | bytes) -> None:
        wrong = self._what_is_wrong(frame)
        if wrong:
            self.heard.violations.append(wrong)
            await self._say("input_error", error=wrong)
            return
        message = json.loads(frame)
        audio = base64.b64decode(message.pop("audio_base_64"))
        self.heard.messages.append(message | {"audio_bytes": len(audio)})
        self.heard.previous_text = self.heard.previous_text or message.get("previous_text")
        self.heard.chunks.append(audio)
        await self._hear(audio)
        told_again, self.told_again = self.told_again, []
        for again in told_again:
            await self._send(again)
        if message["commit"]:
            await self._commit_asked()

    def _what_is_wrong(self, frame: str | bytes) -> str | None:
        try:
            message = json.loads(frame) if isinstance(frame, str) else None
        except ValueError:
            message = None
        if not isinstance(message, dict):
            return "Message must be a valid protocol message"
        kind = message.get("message_type")
        if kind != "input_audio_chunk":
            return f"Unexpected message type: {kind}"
        if not FIELDS - {"previous_text"} <= message.keys() <= FIELDS:
            return f"Unexpected fields: {sorted(message)}"
        return self._what_is_wrong_with_chunk(message)

    def _what_is_wrong_with_chunk(self, message: dict[str, object]) -> str | None:
        if message["sample_rate"] != self.ear.rate or not isinstance(message["commit"], bool):
            return "Wrong sample_rate or commit"
        if message.get("previous_text") and self.heard.messages:
            return "previous_text is for the first chunk only"
        try:
            audio = base64.b64decode(message["audio_base_64"], validate=True)
        except (binascii.Error, TypeError, ValueError):
            return "Audio is not base64"
        return "Half a sample" if len(audio) % self.sample_bytes else None

    async def _hear(self, audio: bytes) -> None:
        if self.sample_bytes == 1:
            self.ear.samples += len(audio)
        else:
            self.open_words += self.ear.hear(audio)
        if self._commit_is_due():
            await self._commit()
        elif self.ear.samples - self.partial_at >= self.ear.rate:
            self.partial_at = self.ear.samples
            for _ in range(self.script.partials_told):
                await self._say("partial_transcript", text=self._open_text())

    def _commit_is_due(self) -> bool:
        if self.heard.query.get("commit_strategy") == ["vad"]:
            pause = self.ear.silent_samples >= self.script.vad_silence_seconds * self.ear.rate
            spoken = len(self.open_words)
            return spoken >= self.script.vad_words or (pause and spoken > 0)
        uncommitted = self.ear.samples - self.committed_at
        return uncommitted >= self.script.auto_commit_seconds * self.ear.rate

    async def _commit_asked(self) -> None:
        self.heard.commits += 1
        if self.ear.samples - self.committed_at < LEAST_COMMIT_SECONDS * self.ear.rate:
            self.heard.violations.append("commit_throttled")
            await self._say("commit_throttled", error="Commit needs 0.3 s of audio")
            await self._hang_up(1000, "commit_throttled")
        if self.script.answers_commits:
            await self._commit()

    async def _commit(self) -> None:
        await asyncio.sleep(self.script.commit_delay_seconds)
        text, words = self._open_text(), self.open_words
        self.commits_due += 1
        fault = self.fault_pending
        if fault is not None and fault.at_commit == self.commits_due:
            if fault.half_told:
                await self._say("committed_transcript", text=text)
            await self._fail()
        self.open_words, self.committed_at = [], self.ear.samples
        self.partial_at = self.ear.samples
        self.heard.committed.append(text)
        plain = {"message_type": "committed_transcript", "text": text}
        pair = [plain, *self._timed(text, words)]
        for message in (pair[::-1] if self.script.timed_first else pair) * self.script.told:
            await self._send(message)
        if self.script.echo:
            await self._say("partial_transcript", text=text)
        if self.script.repeats_late and text:
            older = {"message_type": "partial_transcript", "text": text.rpartition(" ")[0]}
            self.told_again = [plain, older]

    def _timed(self, text: str, words: list[HeardWord]) -> list[dict[str, object]]:
        timestamps = is_on(self.heard.query, "include_timestamps")
        detection = is_on(self.heard.query, "include_language_detection")
        if self.script.timed_missing or not (timestamps or detection):
            return []
        items = [
            {"text": word.text, "start": word.start, "end": word.end}
            | {"type": "word", "logprob": -0.1, "speaker_id": None, "characters": None}
            for word in words
        ]
        return [
            {
                "message_type": "committed_transcript_with_timestamps",
                "text": text,
                "language_code": "en" if detection else None,
                "words": items if timestamps else None,
            }
        ]

    def _open_text(self) -> str:
        return " ".join(word.text for word in self.open_words)

    async def _fail_when_due(self) -> None:
        fault = self.fault_pending
        if fault is None or fault.at_commit is not None:
            return
        if self.ear.seconds >= fault.at_seconds:
            await self._fail()

    async def _fail(self) -> None:
        fault: Fault = self.fault_pending
        self.fault_pending = None
        if self.script.struck is not None:
            self.script.struck(fault)
        if fault.error is not None:
            await self._say(fault.error, error=fault.text)
        match fault.ending:
            case "close":
                await self._hang_up(fault.code, fault.reason)
            case "drop" | "reset":
                self._cut(with_reset=fault.ending == "reset")
                raise HangupError
            case "stall":
                await self._listen_mutely()
            case "deaf":
                self.remote.transport.pause_reading()
                if fault.until is None:
                    await asyncio.sleep(DEAF_SECONDS)
                else:
                    await fault.until.wait()
                self.remote.transport.resume_reading()
            case "freeze":
                self.remote.transport.pause_reading()
                await self.remote.wait_closed()
                raise HangupError

    async def _hang_up(self, code: int, reason: str) -> None:
        await self.remote.close(code, reason)
        raise HangupError

    def _cut(self, *, with_reset: bool) -> None:
        if with_reset:
            raw = self.remote.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.remote.transport.abort()

    async def _say(self, kind: str, **fields: object) -> None:
        await self._send({"message_type": kind} | fields)

    async def _send(self, message: dict[str, object]) -> None:
        if self.script.latency_seconds:
            due = asyncio.get_running_loop().time() + self.script.latency_seconds
            self.on_the_way.put_nowait((due, json.dumps(message)))
        else:
            await self.remote.send(json.dumps(message))
