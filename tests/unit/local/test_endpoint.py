"""The endpoint over a real websocket, with real recognition of the bundled clips."""

import asyncio
import contextlib
import json

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from scribe_tui.errors import UsageError
from scribe_tui.local import client_connection
from scribe_tui.local import endpoint as endpoint_module
from scribe_tui.local.endpoint import LocalEndpoint
from tests.support.background import InBackground
from tests.support.offline import (
    HARBOR,
    client,
    clip_pcm,
    need_recogniser,
    next_of,
    send_sound,
    word_error,
)


@pytest.fixture(autouse=True)
def recogniser():
    need_recogniser()


@pytest.fixture(scope="module")
def local():
    """One for the tests that ask for what it answers before any sound."""
    need_recogniser()
    with InBackground(LocalEndpoint()) as endpoint:
        yield endpoint


def children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "scribe_tui.local.recognition.worker" in child.cmdline()
    ]


async def end_of(remote) -> tuple[list[str], int | None, str | None]:
    kinds = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            kinds.append(json.loads(await remote.recv())["message_type"])
    return kinds, remote.close_code, remote.close_reason


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("query", "key", "end"),
    [
        ("audio_format=pcm_7999", "any", (["invalid_request"], 1008, "invalid_request")),
        ("", "", (["auth_error"], 1000, "")),
        ("", None, (["auth_error"], 1000, "")),
        ("", "wrong", (["auth_error"], 1000, "")),
        ("token=invalid-one", "any", (["auth_error"], 1000, "")),
    ],
)
async def test_what_is_refused_is_refused_after_the_handshake(local, query, key, end):
    async with client(local, query, key) as remote:
        assert await end_of(remote) == end


async def test_a_token_needs_no_key(local):
    async with client(local, "token=sutkn_1", key=None) as remote:
        assert await next_of(remote, "session_started")


async def test_who_says_nothing_is_let_go_silently():
    async with LocalEndpoint(idle_seconds=0.1) as local, client(local) as remote:
        assert await end_of(remote) == (["session_started"], 1000, "")


async def test_other_paths_are_not_found(local):
    with pytest.raises(InvalidStatus, match="404"):
        await connect(f"{local.url.replace('http', 'ws')}/v1/other")


async def test_nothing_is_left_behind():
    before = children()
    async with LocalEndpoint() as local, client(local) as remote:
        await send_sound(remote, clip_pcm(HARBOR))
        began = [child for child in children() if child not in before]
        assert len(began) == 1
        await local.__aexit__(None, None, None)
    assert not any(child.is_running() for child in began)


@pytest.mark.long
async def test_a_taken_port_is_one_sentence():
    before = children()
    async with LocalEndpoint() as local:
        with pytest.raises(UsageError, match=f"port {local.port}: another program"):
            await LocalEndpoint(local.port).__aenter__()
    assert children() == before


async def test_a_missing_recogniser_is_one_sentence(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as missing:
        await LocalEndpoint().__aenter__()
    assert "pip install 'scribe-tui[offline]'" in missing.value.sentence


@pytest.mark.long
async def test_a_client_that_never_reads_harms_nobody():
    async with LocalEndpoint() as local:
        async with client(local, "commit_strategy=vad") as deaf:
            sending = asyncio.create_task(send_sound(deaf, clip_pcm(HARBOR) * 4))
            async with client(local) as remote:
                await send_sound(remote, clip_pcm(HARBOR), commit=True)
                committed = await next_of(remote, "committed_transcript")
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    assert word_error(HARBOR.text, committed["text"]) < 0.1


@pytest.mark.long
async def test_who_waits_for_a_machine_that_stands_still_is_shown_life_and_gets_every_word(
    monkeypatch,
):
    """Its recogniser is stopped, as on a machine that has no time for it; pings are answered."""
    monkeypatch.setattr(client_connection, "SIGN_OF_LIFE_SECONDS", 0.05)
    before = children()
    async with LocalEndpoint() as local, client(local, "commit_strategy=vad") as remote:
        await next_of(remote, "session_started")
        (process,) = [child for child in children() if child not in before]
        process.suspend()
        sound = clip_pcm(HARBOR)
        await send_sound(remote, sound)
        for _ in range(3):
            assert (await next_of(remote, "partial_transcript"))["text"] == ""
        await asyncio.wait_for(await remote.ping(), 5)
        process.resume()
        committed = await next_of(remote, "committed_transcript")
    assert word_error(HARBOR.text, committed["text"]) < 0.1


@pytest.mark.long
async def test_forty_sessions_in_mid_speech_leave_at_once():
    before, speech = children(), clip_pcm(HARBOR)[:64000]
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as stack:
        local = await stack.enter_async_context(LocalEndpoint())
        for _ in range(40):
            await send_sound(await stack.enter_async_context(client(local)), speech)
        left_at = loop.time()
        await local.__aexit__(None, None, None)
        assert loop.time() - left_at < 5.0
    assert children() == before


async def test_more_sessions_than_it_can_hold_are_refused_at_the_handshake(monkeypatch):
    monkeypatch.setattr(endpoint_module, "MAX_CLIENTS", 1)
    async with LocalEndpoint() as local, client(local):
        with pytest.raises(InvalidStatus, match="503"):
            async with client(local):
                pass
