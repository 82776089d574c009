"""What the endpoint hears over a real websocket: bundled clips, and sound without speech."""

import asyncio

import pytest

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
from tests.support.sounds import NOT_SPEECH


@pytest.fixture(scope="module")
def local():
    """One endpoint for all: starting its recogniser takes longer than most of what it is asked."""
    need_recogniser()
    with InBackground(LocalEndpoint()) as endpoint:
        yield endpoint


async def test_a_clip_is_heard_word_for_word_with_times(local):
    pcm = clip_pcm(HARBOR)
    async with client(local, "include_timestamps=true") as remote:
        await next_of(remote, "session_started")
        await send_sound(remote, bytes(32000) + pcm, commit=True)
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


async def test_vad_commits_without_being_asked(local):
    async with client(local, "commit_strategy=vad") as remote:
        await send_sound(remote, clip_pcm(HARBOR))
        committed = await next_of(remote, "committed_transcript")
    assert word_error(HARBOR.text, committed["text"]) < 0.1


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("audio_format", "codec", "most_wrong"),
    [("pcm_8000", "s16le", 0.3), ("ulaw_8000", "mulaw", 0.3)]
    + [(f"pcm_{rate}", "s16le", 0.1) for rate in (22050, 24000, 44100, 48000)],
)
async def test_every_format_of_the_wire_is_understood(local, audio_format, codec, most_wrong):
    rate = int(audio_format.partition("_")[2])
    audio = clip_pcm(HARBOR, rate, codec)
    async with client(local, f"audio_format={audio_format}") as remote:
        await send_sound(remote, audio, commit=True, rate=rate)
        committed = await next_of(remote, "committed_transcript")
    assert word_error(HARBOR.text, committed["text"]) <= most_wrong


async def test_a_quiet_commit_has_no_text(local):
    async with client(local) as remote:
        await send_sound(remote, bytes(16000), commit=True)
        assert (await next_of(remote, "committed_transcript"))["text"] == ""


@pytest.mark.some(1)
@pytest.mark.early(5)
@pytest.mark.parametrize("name", NOT_SPEECH)
async def test_sound_without_speech_gets_no_word(local, name):
    sound = NOT_SPEECH[name](15)
    async with client(local, "commit_strategy=vad") as remote:
        await send_sound(remote, sound, commit=True)
        texts = []
        while True:
            message = await next_of(remote, "partial_transcript", "committed_transcript")
            texts.append(message["text"])
            if message["message_type"] == "committed_transcript":
                break
    assert set(texts) == {""}, "the only commit is the one that was asked for"


@pytest.mark.long
async def test_a_client_that_sends_ten_times_real_time_gets_every_word(local):
    """More than may wait: it is slowed down, not refused."""
    times = 4
    async with client(local, "commit_strategy=vad") as remote:
        sending = asyncio.create_task(send_sound(remote, clip_pcm(HARBOR) * times, commit=True))
        texts = [""]
        while len(texts) == 1 or texts[-1]:  # the commit after the last pause has no text
            texts.append((await next_of(remote, "committed_transcript"))["text"])
        await sending
    assert word_error(" ".join([HARBOR.text] * times), " ".join(texts)) < 0.1
