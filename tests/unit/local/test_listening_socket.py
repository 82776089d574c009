"""The listening socket when the process is out of descriptors."""

import asyncio
import contextlib
import subprocess
import sys

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidHandshake

from scribe_tui.local.listening_socket import ListeningSocket
from tests.support.offline import need_recogniser

LIMITED = (
    "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40)); "
    "sys.argv = ['scribe_tui', 'local']; runpy.run_module('scribe_tui', run_name='__main__')"
)


async def session(url: str):
    address = f"{url.replace('http', 'ws', 1)}/v1/speech-to-text/realtime"
    return await connect(address, additional_headers={"xi-api-key": "any"}, open_timeout=20)


@pytest.mark.long
async def test_out_of_descriptors_is_one_line_and_passes_when_others_leave():
    need_recogniser()
    local = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LIMITED), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        url = (await local.stdout.readline()).decode().strip()
        sessions, turned_away = [], 0
        while turned_away < 20:
            try:
                sessions.append(await session(url))
            except (OSError, EOFError, InvalidHandshake):
                turned_away += 1
        assert len(sessions) > 5
        for one in sessions:
            await one.close()
        again = await session(url)
        assert b"session_started" in (await again.recv()).encode()
        await again.close()
    finally:
        local.terminate()
        _, complaints = await local.communicate()
    assert complaints.decode().count("no more connections") == 1
    assert complaints.count(b"\n") <= 3, complaints


async def test_a_taken_port_raises():
    with contextlib.closing(ListeningSocket(0, "It")) as taken:
        with pytest.raises(OSError):
            ListeningSocket(taken.port, "It")


def test_closing_leaves_no_descriptor():
    before = psutil.Process().num_fds()
    ListeningSocket(0, "It").close()
    assert psutil.Process().num_fds() == before
