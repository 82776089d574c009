"""A client for the offline endpoint: clips as chunks, and the word error of the text."""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from scribe_tui.errors import UsageError
from scribe_tui.local.demo.clips import BundledClip, load_clips
from scribe_tui.local.endpoint import LocalEndpoint
from scribe_tui.local.recognition.moonshine import check_installed
from scribe_tui.scribe.wire import REALTIME_PATH
from tests.support.requirements import need, unavailable

HARBOR = load_clips().stations[1].clips[0]
CHUNK_BYTES = 3200


def need_recogniser() -> None:
    """Skip the running test (in CI: fail it) if the recogniser is not installed."""
    try:
        check_installed()
    except UsageError as missing:
        unavailable(missing.sentence)


def clip_pcm(clip: BundledClip, rate: int = 16000, codec: str = "s16le") -> bytes:
    """Return the clip decoded to mono PCM (or to the ffmpeg format `codec`)."""
    output = ("-f", codec, "-ar", str(rate), "-ac", "1", "-")
    command = [need("ffmpeg"), "-v", "error", "-i", str(clip.path), *output]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def words_of(text: str) -> list[str]:
    """Return the words as the recogniser writes them."""
    return re.findall(r"[a-z']+", text.lower())


def word_error(said: str, heard: str) -> float:
    """Return the edit distance between both texts per word said."""
    before = list(range(len(words_of(heard)) + 1))
    for row, word in enumerate(words_of(said), 1):
        line = [row]
        for column, other in enumerate(words_of(heard), 1):
            swapped = before[column - 1] + (word != other)
            line.append(min(before[column] + 1, line[-1] + 1, swapped))
        before = line
    return before[-1] / len(words_of(said))


def chunk(audio: bytes = b"", *, commit: bool = False, rate: int = 16000) -> str:
    """Return one client message."""
    encoded = base64.b64encode(audio).decode()
    return json.dumps(
        {
            "message_type": "input_audio_chunk",
            "audio_base_64": encoded,
            "commit": commit,
            "sample_rate": rate,
        }
    )


@asynccontextmanager
async def client(
    local: LocalEndpoint, query: str = "", key: str | None = "any"
) -> AsyncIterator[ClientConnection]:
    """Open a websocket to the endpoint."""
    url = f"{local.url.replace('http', 'ws', 1)}{REALTIME_PATH}?{query}"
    headers = {} if key is None else {"xi-api-key": key}
    async with connect(url, additional_headers=headers) as remote:
        yield remote


async def send_sound(
    remote: ClientConnection, audio: bytes, *, commit: bool = False, rate: int = 16000
) -> None:
    """Send `audio` in chunks as fast as they are accepted, then a commit if requested."""
    for start in range(0, len(audio), CHUNK_BYTES):
        await remote.send(chunk(audio[start : start + CHUNK_BYTES], rate=rate))
    if commit:
        await remote.send(chunk(commit=True, rate=rate))


async def next_of(remote: ClientConnection, *kinds: str) -> dict[str, Any]:
    """Return the next message of one of `kinds`; others are skipped."""
    while True:
        message: dict[str, Any] = json.loads(await remote.recv())
        if message["message_type"] in kinds:
            return message
