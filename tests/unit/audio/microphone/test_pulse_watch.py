"""The sound server says which source a stream is given; nothing it says is a fault of ours."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe_tui.audio.microphone import pulse_messages as messages
from scribe_tui.audio.microphone import pulse_watch
from scribe_tui.audio.microphone.pulse_address import ServerAddress, server_addresses
from scribe_tui.audio.microphone.pulse_messages import Output, TaggedValues, message, outputs_in
from scribe_tui.audio.microphone.pulse_watch import watching
from tests.support.left_to_ci import examples
from tests.unit.audio.conftest import Eventually

SPEC, CHANNELS, DELAY = b"a\x03\x01\0\0\x3e\x80", b"m\x01\0", b"U" + bytes(8)


def body(*values: object) -> bytes:
    return message(0, 0, *values)[messages.HEAD_BYTES + 10 :]  # type: ignore[arg-type]


def output(number: int, source: int, process: int) -> bytes:
    return (
        body(number, "a stream", messages.ANY, 7, source)
        + SPEC
        + CHANNELS
        + DELAY
        + DELAY
        + body("how", "by what", {"application.process.id": str(process)})
    )


class Server:
    """Answers as PulseAudio does; `sources` are the names by their numbers."""

    def __init__(self, process: int) -> None:
        self.sources = {1: "mic", 2: "other"}
        self.given = 1
        self.process = process
        self.writer: asyncio.StreamWriter | None = None
        self.asked = 0
        self.port = 0
        self.is_mute = False
        self.moves_between_questions = False

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = await reader.readexactly(messages.HEAD_BYTES)
                values = TaggedValues(await reader.readexactly(messages.length_in(head)))
                answer = self.answer(values.number(), values.number(), values)
                writer.write(b"" if self.is_mute else answer)
        writer.close()

    def answer(self, command: int, tag: int, values: TaggedValues) -> bytes:
        answer = message(messages.REPLY, tag)[messages.HEAD_BYTES :]
        if command == messages.OUTPUT_LIST:
            self.asked += 1
            answer += output(3, 2, self.process + 1) + output(4, self.given, self.process)
            if self.moves_between_questions:
                self.given = 2
                self.sources.pop(1, None)
        elif command == messages.SOURCE_INFO:
            name = self.sources.get(number := values.number())
            if name is None:
                return message(0, tag, 5)
            answer += body(number, name)
        return struct.pack(">5I", len(answer), messages.ANY, 0, 0, 0) + answer

    def tell(self) -> None:
        """Something changed."""
        assert self.writer is not None
        self.writer.write(message(messages.EVENT, messages.ANY, 0x11, 0))


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Server]:
    server = Server(process=1234)
    path = tmp_path / "native"
    monkeypatch.setenv("PULSE_SERVER", f"unix:{path}")
    listening = await asyncio.start_server(server.connected, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening, await asyncio.start_unix_server(server.connected, path):
        yield server


@pytest.mark.parametrize("place", ["socket", "port"])
async def test_another_source_is_told(
    server: Server, eventually: Eventually, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Where the first place named has no server, the next one is asked."""
    moves: list[tuple[str | None, str]] = []
    if place == "port":
        monkeypatch.setenv("PULSE_SERVER", f"unix:/nowhere tcp:127.0.0.1:{server.port}")
    async with watching(1234, lambda *move: moves.append(move)):
        assert moves == [(None, "mic")], "what happens from now on is no beginning"
        server.tell()
        await eventually(lambda: server.asked == 2)
        server.given = 2
        del server.sources[1]
        server.tell()
        await eventually(lambda: len(moves) > 1)
    assert moves == [(None, "mic"), ("mic", "other")]


async def test_a_source_that_goes_while_it_is_asked_for_is_followed(server: Server) -> None:
    moves: list[tuple[str | None, str]] = []
    server.moves_between_questions = True
    async with watching(1234, lambda *move: moves.append(move)):
        assert moves == [(None, "other")]


async def test_a_server_that_does_not_answer_delays_nothing_for_long(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[tuple[str | None, str]] = []
    server.is_mute = True
    monkeypatch.setattr(pulse_watch, "LOOK_SECONDS", 0.01)
    async with watching(1234, lambda *move: moves.append(move)):
        assert moves == []


async def test_where_there_is_no_server_nothing_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves: list[tuple[str | None, str]] = []
    for address in (f"unix:{tmp_path / 'none'}", "tcp:127.0.0.1:1", ""):
        monkeypatch.setenv("PULSE_SERVER", address)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        async with watching(os.getpid(), lambda *move: moves.append(move)):
            await asyncio.sleep(0)
    assert moves == []


@pytest.mark.parametrize(
    ("variables", "places"),
    [
        ({"PULSE_SERVER": "unix:/a/native"}, [Path("/a/native")]),
        ({"PULSE_SERVER": "{0123}unix:/a/native"}, [Path("/a/native")]),
        ({"PULSE_SERVER": "/a/native tcp:there"}, [Path("/a/native"), ("there", 4713)]),
        ({"XDG_RUNTIME_DIR": "/run/me"}, [Path("/run/me/pulse/native")]),
        ({"PULSE_SERVER": "tcp:there:4714"}, [("there", 4714)]),
        ({"PULSE_SERVER": "tcp6:[::1]:4714 tcp4:127.0.0.1"}, [("::1", 4714), ("127.0.0.1", 4713)]),
        ({"PULSE_SERVER": "[::1] there:9"}, [("::1", 4713), ("there", 9)]),
        ({"PULSE_SERVER": "there:99999 tcp: there:x"}, []),
    ],
)
def test_where_the_server_is(variables: dict[str, str], places: list[ServerAddress]) -> None:
    assert list(server_addresses(variables)) == places


def test_streams_that_record() -> None:
    found = outputs_in(TaggedValues(output(3, 2, 77) + output(4, 1, 78)))
    assert found == [Output(3, 2, 77), Output(4, 1, 78)]


@given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda end: output(3, 2, 77) + end))
@settings(max_examples=examples(300), deadline=None)
def test_any_bytes_are_values_or_an_error(data: bytes) -> None:
    with contextlib.suppress(ValueError):
        outputs_in(TaggedValues(data))


def test_a_message_without_end_is_not_read() -> None:
    with pytest.raises(ValueError, match="too long"):
        messages.length_in(b"\xff" * messages.HEAD_BYTES)
