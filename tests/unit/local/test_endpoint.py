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
from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.endpoint import LocalEndpoint
from tests.support.offline import chunk, client, clip_pcm, need_recogniser, next_of, word_error
from tests.support.sounds import NOT_SPEECH

HARBOR = load_clips().stations[1].clips[0]
CHUNK_BYTES = 3200


@pytest.fixture(autouse=True)
def recogniser():
    need_recogniser()


def children() -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process().children(recursive=True)
        if "scribe_tui.local.recognition.worker" in child.cmdline()
    ]


async def send(remote, audio: bytes, *, commit: bool = False, rate: int = 16000) -> None:
    for start in range(0, len(audio), CHUNK_BYTES):
        await remote.send(chunk(audio[start : start + CHUNK_BYTES], rate=rate))
    if commit:
        await remote.send(chunk(commit=True, rate=rate))


async def test_a_clip_is_heard_word_for_word_with_times():
    pcm = clip_pcm(HARBOR)
    async with LocalEndpoint() as local, client(local, "include_timestamps=true") as remote:
        await next_of(remote, "session_started")
        await send(remote, bytes(32000) + pcm, commit=True)
        partial = await next_of(remote, "partial_transcript")
        plain = await next_of(remote, "committed_transcript")
        timed = await next_of(remote, "committed_transcript_with_timestamps")
    assert partial["text"] == ""  # the second of quiet before
    assert word_error(HARBOR.text, plain["text"]) < 0.1
    assert timed["text"] == plain["text"]
    words = [word for word in timed["words"] if word["type"] == "word"]
    assert " ".join(word["text"] for word in words) == plain["text"]
    assert 1.0 <= words[0]["start"] < 1.6
    starts = [word["start"] for word in timed["words"]]
    assert starts == sorted(starts)


async def test_vad_commits_without_being_asked():
    async with LocalEndpoint() as local, client(local, "commit_strategy=vad") as remote:
        await send(remote, clip_pcm(HARBOR))
        committed = await next_of(remote, "committed_transcript")
    assert word_error(HARBOR.text, committed["text"]) < 0.1


@pytest.mark.parametrize(
    ("audio_format", "codec", "most_wrong"),
    [("pcm_8000", "s16le", 0.3), ("ulaw_8000", "mulaw", 0.3)]
    + [(f"pcm_{rate}", "s16le", 0.1) for rate in (22050, 24000, 44100, 48000)],
)
async def test_every_format_of_the_wire_is_understood(audio_format, codec, most_wrong):
    rate = int(audio_format.partition("_")[2])
    audio = clip_pcm(HARBOR, rate, codec)
    async with LocalEndpoint() as local, client(local, f"audio_format={audio_format}") as remote:
        await send(remote, audio, commit=True, rate=rate)
        committed = await next_of(remote, "committed_transcript")
    assert word_error(HARBOR.text, committed["text"]) <= most_wrong


async def test_a_quiet_commit_has_no_text():
    async with LocalEndpoint() as local, client(local) as remote:
        await send(remote, bytes(16000), commit=True)
        assert (await next_of(remote, "committed_transcript"))["text"] == ""


async def end_of(remote) -> tuple[list[str], int | None, str | None]:
    kinds = []
    with contextlib.suppress(ConnectionClosed):
        while True:
            kinds.append(json.loads(await remote.recv())["message_type"])
    return kinds, remote.close_code, remote.close_reason


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
async def test_what_is_refused_is_refused_after_the_handshake(query, key, end):
    async with LocalEndpoint() as local, client(local, query, key) as remote:
        assert await end_of(remote) == end


async def test_a_token_needs_no_key():
    async with LocalEndpoint() as local, client(local, "token=sutkn_1", key=None) as remote:
        assert await next_of(remote, "session_started")


async def test_who_says_nothing_is_let_go_silently():
    async with LocalEndpoint(idle_seconds=0.1) as local, client(local) as remote:
        assert await end_of(remote) == (["session_started"], 1000, "")


async def test_other_paths_are_not_found():
    async with LocalEndpoint() as local:
        with pytest.raises(InvalidStatus, match="404"):
            await connect(f"{local.url.replace('http', 'ws')}/v1/other")


async def test_nothing_is_left_behind():
    async with LocalEndpoint() as local, client(local) as remote:
        await send(remote, clip_pcm(HARBOR))
        began = children()
        assert len(began) == 1
        await local.__aexit__(None, None, None)
    assert not any(child.is_running() for child in began)


async def test_a_taken_port_is_one_sentence():
    async with LocalEndpoint() as local:
        with pytest.raises(UsageError, match=f"port {local.port}: another program"):
            await LocalEndpoint(local.port).__aenter__()
    assert children() == []


async def test_a_missing_recogniser_is_one_sentence(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError) as missing:
        await LocalEndpoint().__aenter__()
    assert "pip install 'scribe-tui[offline]'" in missing.value.sentence


@pytest.mark.early(5)
@pytest.mark.parametrize("name", NOT_SPEECH)
async def test_sound_without_speech_gets_no_word(name):
    sound = NOT_SPEECH[name](15)
    async with LocalEndpoint() as local, client(local, "commit_strategy=vad") as remote:
        await send(remote, sound, commit=True)
        texts = []
        while True:
            message = await next_of(remote, "partial_transcript", "committed_transcript")
            texts.append(message["text"])
            if message["message_type"] == "committed_transcript":
                break
    assert set(texts) == {""}, "the only commit is the one that was asked for"


async def test_a_client_that_sends_ten_times_real_time_gets_every_word():
    """More than may wait: it is slowed down, not refused."""
    times = 4
    async with LocalEndpoint() as local, client(local, "commit_strategy=vad") as remote:
        sending = asyncio.create_task(send(remote, clip_pcm(HARBOR) * times, commit=True))
        texts = [""]
        while len(texts) == 1 or texts[-1]:  # the commit after the last pause has no text
            texts.append((await next_of(remote, "committed_transcript"))["text"])
        await sending
    assert word_error(" ".join([HARBOR.text] * times), " ".join(texts)) < 0.1


async def test_a_client_that_never_reads_harms_nobody():
    async with LocalEndpoint() as local:
        async with client(local, "commit_strategy=vad") as deaf:
            sending = asyncio.create_task(send(deaf, clip_pcm(HARBOR) * 4))
            async with client(local) as remote:
                await send(remote, clip_pcm(HARBOR), commit=True)
                committed = await next_of(remote, "committed_transcript")
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
    assert word_error(HARBOR.text, committed["text"]) < 0.1


async def test_who_waits_for_a_machine_that_stands_still_is_shown_life_and_gets_every_word(
    monkeypatch,
):
    """Its recogniser is stopped, as on a machine that has no time for it; pings are answered."""
    monkeypatch.setattr(client_connection, "SIGN_OF_LIFE_SECONDS", 0.05)
    async with LocalEndpoint() as local, client(local, "commit_strategy=vad") as remote:
        await next_of(remote, "session_started")
        (process,) = children()
        process.suspend()
        sound = clip_pcm(HARBOR)
        await send(remote, sound)
        for _ in range(3):
            assert (await next_of(remote, "partial_transcript"))["text"] == ""
        await asyncio.wait_for(await remote.ping(), 5)
        process.resume()
        committed = await next_of(remote, "committed_transcript")
    assert word_error(HARBOR.text, committed["text"]) < 0.1


async def test_forty_sessions_in_mid_speech_leave_at_once():
    speech = clip_pcm(HARBOR)[:64000]
    loop = asyncio.get_running_loop()
    async with contextlib.AsyncExitStack() as stack:
        local = await stack.enter_async_context(LocalEndpoint())
        for _ in range(40):
            await send(await stack.enter_async_context(client(local)), speech)
        left_at = loop.time()
        await local.__aexit__(None, None, None)
        assert loop.time() - left_at < 5.0
    assert children() == []


async def test_more_sessions_than_it_can_hold_are_refused_at_the_handshake(monkeypatch):
    monkeypatch.setattr(endpoint_module, "MAX_CLIENTS", 1)
    async with LocalEndpoint() as local, client(local):
        with pytest.raises(InvalidStatus, match="503"):
            async with client(local):
                pass
