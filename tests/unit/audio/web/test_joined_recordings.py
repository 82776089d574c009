"""Recordings that were joined to one and lie at an address: as in a file, none is lost untold."""

from __future__ import annotations

import re

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import SourceError
from tests.support.fetched import OK
from tests.support.raw_server import Respond, raw_server
from tests.unit.audio.conftest import MakeSound

OPTIONS = {"fragments.mp4": ("-movflags", "frag_keyframe+empty_moov", "-frag_duration", "1000000")}
WAYS = ("parts", "whole", "chunks")


def server_of(body: bytes, way: str) -> Respond:
    """Gives parts that are asked for, or always the whole, with its length or in chunks."""

    def answer(head: str) -> bytes:
        asked = re.search(r"Range: bytes=(\d+)-(\d*)", head)
        if way == "chunks":
            chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
            return OK + b'ETag: "a"\r\nTransfer-Encoding: chunked\r\n\r\n' + chunk
        if way == "whole" or asked is None:
            ranges = b"Accept-Ranges: bytes\r\n" if way == "parts" else b""
            return OK + ranges + b"Content-Length: %d\r\n\r\n" % len(body) + body
        first, last = int(asked[1]), min(int(asked[2] or len(body)), len(body) - 1)
        part = b"HTTP/1.1 206 Part\r\nContent-Range: bytes %d-%d/%d\r\nContent-Length: %d\r\n\r\n"
        return part % (first, last, len(body), last - first + 1) + body[first : last + 1]

    return answer


async def heard(body: bytes, way: str, audio_format: AudioFormat) -> tuple[float, str]:
    """Seconds that are heard, and all that is said."""
    samples, said = 0, ""
    async with (
        raw_server(server_of(body, way)) as server,
        WebSource(server.url("/a"), audio_format, SourceOptions(speed=1000.0)) as source,
    ):
        try:
            async for chunk in source:
                samples += chunk.samples
        except SourceError as error:
            said = error.message
        said += "".join(source.status.notices)
    return audio_format.seconds(samples), said


@pytest.mark.some(1)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("a.mp3", "b.flac"),
        ("a.ogg", "b.mp3"),
        ("a.wav", "b.mp3"),
        ("a.flac", "b.mp3"),
        ("a.mka", "b.wav"),
        ("a.aiff", "b.mp3"),
        ("a.au", "b.mp3"),
        ("a.au", "a.au"),
        ("a.m4a", "a.m4a"),
        ("fragments.mp4", "b.mp3"),
    ],
)
async def test_a_recording_behind_another_at_an_address_is_told(
    make_sound: MakeSound, audio_format: AudioFormat, name: str, then: str, way: str
) -> None:
    first, second = (
        make_sound(f"kinds-{each}", 6.0, *OPTIONS.get(each, ())).read_bytes()
        for each in (name, then)
    )
    assert await heard(first, way, audio_format) == (pytest.approx(6.0, abs=0.1), "")
    seconds, said = await heard(first + second, way, audio_format)
    assert seconds == pytest.approx(6.0, abs=0.1)
    assert re.match(
        r"The recording of 127\.0\.0\.1:\d+ "
        r"(holds another recording behind the first, .* 6\.0 s|cannot be decoded beyond 6\.0 s)",
        said,
    )


@pytest.mark.some(1)
@pytest.mark.parametrize("way", WAYS)
async def test_what_is_lost_where_flac_recordings_meet_is_told(
    make_sound: MakeSound, audio_format: AudioFormat, way: str
) -> None:
    """Newer decoders lose nothing there, and nothing is said."""
    flac = make_sound("kinds-a.flac", 6.0).read_bytes()
    seconds, said = await heard(flac * 2, way, audio_format)
    assert seconds == pytest.approx(12.0, abs=0.4)
    if seconds > 11.95:
        assert said == ""
    else:
        assert said.endswith(f"joined to one: {12 - seconds:.1f} s are not heard at the joints")
