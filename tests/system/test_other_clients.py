"""Other people's clients, unmodified, against the offline endpoint.

They need other versions of what this project needs, so they live in an environment of their own,
which `.ci/run` makes from `clients/requirements.txt`: `.venv-clients` beside `.venv`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.endpoint import LocalEndpoint
from tests.support.certificate import make_certificate
from tests.support.offline import clip_pcm, need_recogniser, word_error
from tests.support.requirements import need, unavailable

pytestmark = [pytest.mark.long, pytest.mark.system, pytest.mark.early(10)]

ROOT = Path(__file__).parents[2]
CLIENTS = Path(__file__).with_name("clients")
CLIP = load_clips().stations[1].clips[0]


@pytest.fixture
def python() -> str:
    """The interpreter that has the clients."""
    need_recogniser()
    need("ffmpeg")
    path = ROOT / ".venv-clients" / "bin" / "python"
    if not path.exists():
        unavailable(f"other people's clients are not installed in {path.parents[1]}")
    return str(path)


@pytest.fixture
def sound(tmp_path: Path) -> str:
    path = tmp_path / "clip.pcm"
    path.write_bytes(clip_pcm(CLIP))
    return str(path)


@pytest.fixture
def certified(tmp_path: Path) -> tuple[Path, Path]:
    """A self-made certificate of localhost, and its key."""
    return make_certificate(tmp_path)


async def texts_of(command: list[str], said: str, **environment: str) -> list[list[Any]]:
    """The client's lines until it has reported as many final words as were said."""
    client = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        limit=1 << 20,
    )
    assert client.stdout is not None and client.stderr is not None
    lines: list[list[Any]] = []
    try:
        async with asyncio.timeout(120):
            while sum(len(it[1].split()) for it in lines if it[0] == "final") < len(said.split()):
                line = await client.stdout.readline()
                if not line:
                    pytest.fail((await client.stderr.read()).decode()[-2000:])
                if line.startswith(b"["):
                    lines.append(json.loads(line))
    finally:
        with contextlib.suppress(ProcessLookupError):
            client.kill()
        await client.communicate()
    return lines


def final(lines: list[list[Any]]) -> str:
    return " ".join(line[1] for line in lines if line[0] == "final")


async def test_the_plugin_of_livekit(python: str, sound: str) -> None:
    async with LocalEndpoint() as local:
        command = [python, str(CLIENTS / "livekit_client.py"), local.url, sound]
        lines = await texts_of(command, CLIP.text)
    assert word_error(CLIP.text, final(lines)) < 0.1
    words = [word for line in lines if line[0] == "final" for word in line[2]]
    assert [word[1] for word in words] == sorted(word[1] for word in words)


async def test_the_service_of_pipecat(
    python: str, sound: str, certified: tuple[Path, Path]
) -> None:
    certificate, key = certified
    async with LocalEndpoint() as local, behind_tls(local, certificate, key) as port:
        command = [python, str(CLIENTS / "pipecat_client.py"), f"https://localhost:{port}", sound]
        lines = await texts_of(command, CLIP.text, SSL_CERT_FILE=str(certificate))
    assert word_error(CLIP.text, final(lines)) < 0.1


@contextlib.asynccontextmanager
async def behind_tls(local: LocalEndpoint, certificate: Path, key: Path) -> AsyncIterator[int]:
    """A port that speaks TLS and passes on to the endpoint."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except (ConnectionError, ssl.SSLError):
            return
        finally:
            writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", local.port)
        await asyncio.gather(pass_on(reader, inner_writer), pass_on(inner_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
