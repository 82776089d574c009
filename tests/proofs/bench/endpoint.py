"""The speech endpoint: checks what it is sent, counts its seconds, answers by the clock.

Four partials a second and a committed pair every five seconds on each connection, from
the first sound on, whatever it is: recognition is not what is measured. Nothing is
compressed. With the argument `silent` it finds no words in anything. All times are
`time.monotonic()`, one clock for all processes of a machine.
"""

from __future__ import annotations

import asyncio
import binascii
import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from tests.proofs.bench.side import answer_commands
from tests.proofs.bench.speech import PARTIALS_PER_SECOND, Utterance, timed_words, utterances
from tests.support.parameters import FORMATS, config, refused

PATH = "/v1/speech-to-text/realtime"
GOLDEN = 0.618
"""Connections started together speak at moments spread by this share of a period."""


@dataclass(slots=True)
class Heard:
    """One connection: when how much sound had come, when which token was sent.

    `answers`: the tokens of those texts that a commit asked for.
    """

    number: int
    audio: list[tuple[float, float]] = field(default_factory=list)
    sent: list[tuple[str, bool, float]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)


class Exchange:
    """One connection's conversation."""

    def __init__(
        self, remote: ServerConnection, heard: Heard, query: dict[str, list[str]], *, silent: bool
    ):
        self._remote = remote
        self._heard = heard
        self._config = config(query)
        audio_format = query.get("audio_format", ["pcm_16000"])[0]
        width = 1 if audio_format.startswith("ulaw") else 2
        self._bytes_per_second = FORMATS[audio_format] * width
        self._silent = silent
        self._seconds = 0.0
        self._segment_start = 0.0
        self._utterances = utterances(heard.number)
        self._sounding = asyncio.Event()

    async def run(self) -> None:
        """Until the client goes."""
        await self._send(
            "session_started", session_id=f"bench-{self._heard.number}", config=self._config
        )
        async with asyncio.TaskGroup() as group:
            speaker = group.create_task(self._speak())
            with suppress(ConnectionClosed):
                async for message in self._remote:
                    if self._take(message) and not self._silent:
                        answer = self._next_committed()
                        self._heard.answers.append(answer.token)
                        await self._say(answer)
            speaker.cancel()

    def _take(self, message: str | bytes) -> bool:
        """Count one message; whether it asks for a commit."""
        fields = json.loads(message)
        if fields.get("message_type") != "input_audio_chunk":
            self._heard.violations.append(f"message {str(message)[:60]}")
            return False
        try:
            sound = binascii.a2b_base64(fields["audio_base_64"], strict_mode=True)
        except (binascii.Error, KeyError) as error:
            self._heard.violations.append(f"audio: {error}")
            return False
        if sound:
            self._seconds += len(sound) / self._bytes_per_second
            self._heard.audio.append((time.monotonic(), self._seconds))
            self._sounding.set()
        return bool(fields.get("commit"))

    async def _speak(self) -> None:
        await self._sounding.wait()
        if self._silent:
            return
        period = 1 / PARTIALS_PER_SECOND
        due = time.monotonic() + period * (self._heard.number * GOLDEN % 1)
        with suppress(ConnectionClosed):
            for utterance in self._utterances:
                await asyncio.sleep(due - time.monotonic())
                await self._say(utterance)
                due += period

    def _next_committed(self) -> Utterance:
        return next(utterance for utterance in self._utterances if utterance.committed)

    async def _say(self, utterance: Utterance) -> None:
        self._heard.sent.append((utterance.token, utterance.committed, time.monotonic()))
        if not utterance.committed:
            await self._send("partial_transcript", text=utterance.text)
            return
        await self._send("committed_transcript", text=utterance.text)
        words = timed_words(utterance.text, self._segment_start, self._seconds)
        self._segment_start = self._seconds
        await self._send(
            "committed_transcript_with_timestamps",
            text=utterance.text,
            language_code="en",
            words=words,
        )

    async def _send(self, kind: str, **fields: object) -> None:
        await self._remote.send(json.dumps({"message_type": kind, **fields}))


class Endpoint:
    """All connections so far."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._connections: list[Heard] = []

    async def converse(self, remote: ServerConnection) -> None:
        """Serve one connection."""
        assert remote.request is not None
        parts = urlsplit(remote.request.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        heard = Heard(len(self._connections) + 1)
        self._connections.append(heard)
        wrong = "path" if parts.path != PATH else refused(query)
        if wrong:
            heard.violations.append(wrong)
            await remote.close(1008, "invalid_request")
            return
        await Exchange(remote, heard, query, silent=self._silent).run()

    def busy(self) -> int:
        """How many connections were sent text; of a silent endpoint: brought sound."""
        return sum(bool(heard.audio if self._silent else heard.sent) for heard in self._connections)

    def report(self) -> list[dict[str, object]]:
        """Every connection as plain JSON."""
        return [asdict(heard) for heard in self._connections]


async def _main(arguments: list[str]) -> None:
    endpoint = Endpoint(silent="silent" in arguments)
    async with serve(endpoint.converse, "127.0.0.1", 0, compression=None) as server:
        commands = {"busy": endpoint.busy, "report": endpoint.report}
        await answer_commands(server.sockets[0].getsockname()[1], commands)


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
