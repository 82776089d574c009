"""Addresses of all kinds, through the real decoder, against a server that misbehaves on demand."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import STALL_SECONDS, SourceOptions
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.clock import Clock
from scribe_tui.errors import Retry, SourceError
from tests.support.program import children as own_children
from tests.support.raw_server import raw_server
from tests.support.web import PASSWORD, TITLE, Web
from tests.unit.audio.conftest import Eventually, MakeSound

QUICK = SourceOptions(stall_seconds=0.5, connect_seconds=0.5)
WEB_PAGE = "is a web page, not a sound stream. Look there for the address of the stream itself."


async def hear(source: WebSource, chunks: int) -> int:
    """Samples in the first `chunks` chunks, fewer if it ends."""
    samples = 0
    async with source:
        async for chunk in source:
            samples += chunk.samples
            chunks -= 1
            if chunks == 0:
                break
    return samples


def make_hls(decoder: str, folder: Path) -> dict[str, bytes]:
    argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=4"]
    argv += ["-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"]
    subprocess.run([*argv, str(folder / "index.m3u8")], check=True)
    return {f"/hls/{path.name}": path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("path", ["/live", "/tone.mp3", "/moved", "/moved-here", "/icy"])
async def test_stations_play_as_each_server_sends_them(
    web: Web, audio_format: AudioFormat, path: str
) -> None:
    assert await hear(WebSource(web.url(path), audio_format), 3) == 4800


def encoded(make_sound: MakeSound, name: str, *options: str) -> bytes:
    return make_sound(name, 1.0, *options, "-id3v2_version", "0", "-write_xing", "0").read_bytes()


async def test_a_station_that_changes_its_format_midway_is_heard_on(
    web: Web, audio_format: AudioFormat, make_sound: MakeSound
) -> None:
    web.files["/changing.mp3"] = (
        encoded(make_sound, "stereo.mp3", "-ar", "44100", "-ac", "2")
        + encoded(make_sound, "half.mp3", "-ar", "22050", "-ac", "1")
        + encoded(make_sound, "more.mp3", "-ar", "48000", "-ac", "1")
    )
    heard = await hear(WebSource(web.url("/changing.mp3"), audio_format), 100)
    assert audio_format.seconds(heard) == pytest.approx(3.0, abs=0.3)


async def test_a_station_that_changes_its_codec_midway_is_noticed(
    web: Web, audio_format: AudioFormat, make_sound: MakeSound
) -> None:
    """The decoder goes on for ever without a sound; only the stall tells."""
    other = make_sound("other.aac", 8.0, "-c:a", "aac", "-f", "adts").read_bytes()
    web.sound = encoded(make_sound, "stereo.mp3", "-ar", "44100", "-ac", "2") + other
    with pytest.raises(SourceError) as caught:
        await hear(WebSource(web.url("/live"), audio_format, QUICK), 100)
    assert caught.value.retry is Retry.BACKOFF


@pytest.mark.parametrize(
    ("path", "sentence", "retry"),
    [
        ("/404", "404 Not Found from {host}. Check the address.", "backoff"),
        ("/401", "401 Unauthorized from {host}.", "backoff"),
        ("/403", "403 Forbidden from {host}.", "backoff"),
        ("/410", "410 Gone from {host}. Check the address.", "backoff"),
        ("/500", "500 Internal Server Error from {host}.", "backoff"),
        ("/503", "503 Service Unavailable from {host}.", "backoff"),
        ("/html", "This address of {host} " + WEB_PAGE, "never"),
        ("/html-as-audio", "This address of {host} " + WEB_PAGE, "never"),
        ("/text", "What {host} sends is not sound that the decoder knows.", "never"),
        ("/loop", "{host} redirects in circles.", "backoff"),
        ("/moved-to-file", "{host} leads to an address that is not http or https", "never"),
        ("/nothing", "{host} ended the stream before any sound came.", "backoff"),
        ("/hangup", "{host} closed the connection without an answer.", "backoff"),
        ("/mute", "No answer from {host}: the connection timed out.", "backoff"),
        ("/headers", "No sound from {host} for 0.5 s.", "backoff"),
        ("/drip", "No sound from {host} for 0.5 s.", "backoff"),
    ],
)
async def test_each_failure_is_one_sentence(
    web: Web,
    audio_format: AudioFormat,
    children: Callable[[], set[int]],
    path: str,
    sentence: str,
    retry: str,
) -> None:
    before = children()
    options = QUICK if sentence.startswith("No ") else SourceOptions()
    with pytest.raises(SourceError) as caught:
        await hear(WebSource(web.url(path), audio_format, options), 1)
    assert caught.value.sentence.startswith(sentence.format(host=f"127.0.0.1:{web.port}"))
    assert caught.value.retry == retry
    assert children() <= before


async def test_text_that_looks_a_little_like_mp3(web: Web, audio_format: AudioFormat) -> None:
    """The decoder guesses at MP3 and then complains of something else than of the data."""
    web.files["/numbers.mp3"] = b"".join(b"%d\n" % number for number in range(3000))
    with pytest.raises(SourceError, match="is not sound that the decoder knows") as caught:
        await hear(WebSource(web.url("/numbers.mp3"), audio_format, QUICK), 1)
    assert caught.value.retry is Retry.NEVER


@pytest.mark.parametrize(
    ("url", "sentence", "retry"),
    [
        ("http://nowhere.invalid/", "There is no host called nowhere.invalid.", Retry.BACKOFF),
        ("http://nowhere.invalid/a.pls", "There is no host called nowhere.invalid.", Retry.BACKOFF),
        ("http://127.0.0.1:9/", "127.0.0.1:9 refused the connection.", Retry.BACKOFF),
        ("http://127.0.0.1:9/a.m3u", "127.0.0.1:9 refused the connection.", Retry.BACKOFF),
    ],
)
async def test_hosts_that_are_not_there(
    audio_format: AudioFormat, url: str, sentence: str, retry: Retry
) -> None:
    with pytest.raises(SourceError) as caught:
        await hear(WebSource(url, audio_format), 1)
    assert caught.value.sentence.startswith(sentence)
    assert caught.value.retry is retry


async def test_a_dropped_stream_ends_after_its_last_sound(
    web: Web, audio_format: AudioFormat
) -> None:
    source = WebSource(web.url("/drop"), audio_format)
    assert await hear(source, 100) > 0.4 * 16000
    assert source.is_live


async def test_a_broken_line_is_an_error_after_its_last_sound(
    web: Web, audio_format: AudioFormat
) -> None:
    samples = 0
    with pytest.raises(SourceError, match="broke the connection") as caught:
        async with WebSource(web.url("/rst"), audio_format) as source:
            async for chunk in source:
                samples += chunk.samples
    assert samples > 0.4 * 16000
    assert caught.value.retry is Retry.BACKOFF


async def test_a_stall_is_noticed_after_the_cushion_is_played(
    web: Web, audio_format: AudioFormat
) -> None:
    web.burst_seconds = 2.0
    with pytest.raises(SourceError, match="No sound from"):
        async with WebSource(web.url("/stall"), audio_format, QUICK) as source:
            async for _ in source:
                pass


async def test_the_title_arrives_clean(
    web: Web, audio_format: AudioFormat, eventually: Eventually
) -> None:
    async with WebSource(web.url("/icy"), audio_format) as source:
        await eventually(lambda: source.status.title == TITLE)
        assert source.status.codec == "mp3"
        assert source.status is source.status


async def test_a_title_that_repeats_the_secrets_of_the_address_is_masked(
    web: Web, audio_format: AudioFormat, eventually: Eventually
) -> None:
    async with WebSource(web.url("/icy/token/quoted?sid=Song"), audio_format) as source:
        await eventually(lambda: source.status.title == "Tëst – <***>; it's '***'=1")


async def test_a_password_works_and_is_in_no_process_list(
    web: Web, audio_format: AudioFormat
) -> None:
    async with WebSource(web.url("/private", PASSWORD), audio_format) as source:
        async for _ in source:
            break
        for process in own_children():
            assert "s3cret" not in " ".join(process.cmdline())
    with pytest.raises(SourceError) as caught:
        await hear(WebSource(web.url("/private", "ada:wr0ng"), audio_format), 1)
    assert "wr0ng" not in caught.value.sentence


async def test_stations_see_who_asks(web: Web, audio_format: AudioFormat) -> None:
    await hear(WebSource(web.url("/tone.mp3"), audio_format), 1)
    assert web.headers["User-Agent"].startswith("scribe-tui/")
    options = SourceOptions(
        user_agent="Fake/1",
    )
    await hear(WebSource(web.url("/tone.mp3"), audio_format, options), 1)
    assert web.headers["User-Agent"] == "Fake/1"


async def test_the_first_entry_that_plays_is_chosen(web: Web, audio_format: AudioFormat) -> None:
    entries = "".join(f"File{i}={web.url(p)}\n" for i, p in enumerate(["/404", "/html", "/live"]))
    web.playlists["/list.pls"] = ("audio/x-scpls", f"[playlist]\n{entries}")
    web.playlists["/list.m3u"] = ("audio/x-mpegurl", "#EXTM3U\nlist.pls\n")
    web.playlists["/listen?kind=1"] = ("audio/x-mpegurl", f"{web.url('/list.m3u')}\n")
    assert await hear(WebSource(web.url("/listen?kind=1"), audio_format), 2) == 3200
    assert web.requests[-3:] == ["/404", "/html", "/live"]


async def test_a_list_that_never_plays_tells_the_most_hopeful_reason(
    web: Web, audio_format: AudioFormat
) -> None:
    web.playlists["/a.m3u"] = ("audio/x-mpegurl", "/404\n/503\n")
    with pytest.raises(SourceError, match="503") as caught:
        await hear(WebSource(web.url("/a.m3u"), audio_format), 1)
    assert caught.value.retry is Retry.BACKOFF


async def test_lists_cannot_lead_to_files_or_in_circles(
    web: Web, audio_format: AudioFormat
) -> None:
    web.playlists["/files.m3u"] = ("audio/x-mpegurl", "file:///etc/passwd\nconcat:/etc/passwd\n")
    web.playlists["/self.pls"] = ("x", "[playlist]\nFile1=/self.pls\nFile2=/self.pls?2\n")
    web.playlists["/self.pls?2"] = web.playlists["/self.pls"]
    with pytest.raises(SourceError, match="leads to no http or https address"):
        await hear(WebSource(web.url("/files.m3u"), audio_format), 1)
    with pytest.raises(SourceError, match="from list to list without end"):
        await hear(WebSource(web.url("/self.pls"), audio_format), 1)
    assert len(web.requests) < 50


async def test_hls_plays_and_cannot_reach_files(
    web: Web, audio_format: AudioFormat, decoder: str, tmp_path: Path
) -> None:
    web.files = make_hls(decoder, tmp_path)
    kind = "application/vnd.apple.mpegurl"
    text = web.files["/hls/index.m3u8"].decode()
    web.playlists["/hls/index.m3u8"] = (kind, text)
    assert await hear(WebSource(web.url("/hls/index.m3u8"), audio_format), 5) == 8000
    web.playlists["/hls/evil.m3u8"] = (kind, text.replace("index", f"file://{tmp_path}/index"))
    with pytest.raises(SourceError):
        async with WebSource(web.url("/hls/evil.m3u8"), audio_format, QUICK) as source:
            async for _ in source:
                raise AssertionError("heard a local file")


async def test_the_burst_is_paced(web: Web, audio_format: AudioFormat) -> None:
    """By a clock of its own: the burst is there at once, and it waits as long as it plays."""
    slept = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds
        await asyncio.sleep(0)

    clock = Clock(elapsed=lambda: slept, sleep=sleep)
    async with WebSource(web.url("/live"), audio_format, clock=clock) as source:
        heard = 0.0
        async for chunk in source:
            heard += chunk.samples / 16000
            assert heard <= slept + 0.1 + 0.01
            if heard > 1.95:
                break
        assert heard == pytest.approx(slept + 0.1, abs=0.1)


async def test_its_own_clock_is_that_of_real_time(web: Web, audio_format: AudioFormat) -> None:
    loop = asyncio.get_running_loop()
    async with WebSource(web.url("/live"), audio_format) as source:
        began = loop.time()
        for _ in range(10):
            await anext(source)
        assert loop.time() - began > 0.9 - 0.1


async def test_stalled_stations_cost_the_others_nothing(
    web: Web, audio_format: AudioFormat, children: Callable[[], set[int]]
) -> None:
    before = children()
    stalled = [
        asyncio.create_task(hear(WebSource(web.url(path), audio_format), 1))
        for path in ["/mute", "/headers", "/mute?a.pls", "/mute/list.m3u"] * 4
    ]
    loop = asyncio.get_running_loop()
    source = WebSource(web.url("/live"), audio_format)
    async with source:
        began = loop.time()
        for _ in range(16):
            await anext(source)
        assert 1.49 < loop.time() - began < STALL_SECONDS / 2
        await asyncio.wait_for(loop.getaddrinfo("localhost", 80), STALL_SECONDS / 2)
        assert not [task for task in stalled if task.done()], "they were stalled all the while"
    for task in stalled:
        task.cancel()
    await asyncio.gather(*stalled, return_exceptions=True)
    assert children() <= before


@pytest.mark.parametrize(
    ("kind", "answer", "sentence"),
    [
        (
            "application/json",
            b'{"error": "off air"}',
            'sends no sound but these words: {"error": "off air"} Check the address.',
        ),
        ("audio/mpeg", b"<Error>Denied</Error>", "these words: <Error>Denied</Error> Check"),
        ("text/xml", b"<?xml version='1.0'?><rss>" + b"<item/>" * 999, "is a podcast's feed"),
        (
            "audio/mpeg",
            b"\1\2\3",
            ("before any sound came.", "is not sound that the decoder knows."),
        ),
    ],
)
async def test_an_answer_without_sound_is_told_in_its_own_words(
    audio_format: AudioFormat, kind: str, answer: bytes, sentence: str | tuple[str, ...]
) -> None:
    """By several sentences: which one it is depends on the decoder's release."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode()
    async with raw_server(head + answer) as server:
        with pytest.raises(SourceError) as caught:
            await hear(WebSource(server.url(), audio_format, QUICK), 1)
    either = (sentence,) if isinstance(sentence, str) else sentence
    assert any(one in caught.value.sentence for one in either)
    assert "source.invalid" not in caught.value.sentence


async def test_a_packing_that_nobody_asked_for_is_named(audio_format: AudioFormat) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n"
    async with raw_server(head + bytes(range(256)) * 9) as server:
        with pytest.raises(SourceError, match=r"packs what it sends \(br\)"):
            await hear(WebSource(server.url(), audio_format, QUICK), 1)


@pytest.mark.some(2)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("mark", ["\ufeff", ""])
async def test_a_list_in_any_unicode_leads_on(
    web: Web, audio_format: AudioFormat, encoding: str, mark: str
) -> None:
    web.files["/list.m3u"] = f"{mark}#EXTM3U\r\ntone.mp3\r\n".encode(encoding)
    assert await hear(WebSource(web.url("/list.m3u"), audio_format), 3) == 4800


async def test_a_list_without_an_address_in_its_first_part_says_so(
    web: Web, audio_format: AudioFormat
) -> None:
    web.files["/long.m3u"] = b"#EXTM3U\n" + b"# a comment\n" * 6000 + web.url("/live").encode()
    with pytest.raises(SourceError, match="no http or https address in its first 64 kB"):
        await hear(WebSource(web.url("/long.m3u"), audio_format), 1)
