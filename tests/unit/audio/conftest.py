"""Sound made at test time, and what it is served by."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import SourceError
from tests.support.requirements import unavailable
from tests.support.web import Web

MP3_BYTES_PER_SECOND = 8000
MakeSound = Callable[..., Path]
Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


@pytest.fixture(scope="session")
def decoder() -> str:
    try:
        return find_decoder()
    except SourceError as error:
        unavailable(error.sentence)


@pytest.fixture(scope="session")
def make_sound(decoder: str, tmp_path_factory: pytest.TempPathFactory) -> MakeSound:
    """Make a file of `name` with `seconds` of a tone; kept for the whole run."""
    folder = tmp_path_factory.mktemp("sounds")

    def make(name: str, seconds: float = 3.0, *options: str) -> Path:
        path = folder / name
        if not path.exists():
            tone = f"sine=440:sample_rate=44100:duration={seconds}"
            argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", tone]
            argv += options or ["-metadata", "title=Tone", "-metadata", "artist=Tester"]
            subprocess.run([*argv, str(path)], check=True)
        return path

    return make


@pytest.fixture(scope="session")
def mp3(make_sound: MakeSound) -> bytes:
    return make_sound("station.mp3", 10.0, "-b:a", "64k", "-id3v2_version", "0").read_bytes()


@pytest.fixture
async def web(mp3: bytes) -> AsyncIterator[Web]:
    async with Web(mp3, MP3_BYTES_PER_SECOND) as server:
        yield server


@pytest.fixture
def audio_format() -> AudioFormat:
    return AudioFormat.parse("pcm_16000")


@pytest.fixture
def eventually() -> Eventually:
    async def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < deadline, "never happened"
            await asyncio.sleep(0.01)

    return wait


@pytest.fixture
def children() -> Callable[[], set[int]]:
    """Process ids of this process's children; empty where /proc is missing."""

    def find() -> set[int]:
        tasks = Path(f"/proc/{os.getpid()}/task")
        found: set[int] = set()
        for task in tasks.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # a thread that ended meanwhile
                found |= {int(pid) for pid in (task / "children").read_text().split()}
        return found

    return find
