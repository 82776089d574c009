"""The titles of an Ogg station change with its songs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web.ogg_titles import OggTitles
from scribe_tui.audio.web.web_source import WebSource
from tests.support.fetched import answered
from tests.support.left_to_ci import examples
from tests.support.raw_server import raw_server
from tests.unit.audio.conftest import MakeSound

CODECS = {"ogg": "libvorbis", "opus": "libopus", "oga": "flac"}


def song(make_sound: MakeSound, kind: str, title: str) -> bytes:
    tags = ["-metadata", f"title={title}", "-metadata", "artist=Ada"] if title else []
    name = f"song-{title or 'none'}.{kind}"
    return make_sound(name, 4.0, "-c:a", CODECS[kind], *tags).read_bytes()


@pytest.mark.some(2)
@pytest.mark.parametrize("kind", CODECS)
@pytest.mark.parametrize("size", [333, 4000])
def test_each_song_has_its_own(make_sound: MakeSound, kind: str, size: int) -> None:
    titles = OggTitles()
    seen = [titles.title]
    stream = b"".join(song(make_sound, kind, title) for title in ("One", "", "Zwölf"))
    for at in range(0, len(stream), size):
        titles.feed(stream[at : at + size])
        if titles.title != seen[-1]:
            seen.append(titles.title)
    assert seen == [None, "Ada - One", "", "Ada - Zwölf"]


def test_who_joins_in_the_midst_of_a_song_knows_the_next(make_sound: MakeSound) -> None:
    titles = OggTitles()
    titles.feed(song(make_sound, "ogg", "One")[5000:])
    assert titles.title is None
    titles.feed(song(make_sound, "ogg", "Two"))
    assert titles.title == "Ada - Two"


@given(st.binary(max_size=300), st.integers(1, 50))
@settings(max_examples=examples(200), deadline=None)
def test_any_bytes_are_survived(data: bytes, size: int) -> None:
    titles = OggTitles()
    stream = b"OggS\0\x02" + data + b"OggS\0\0" + data
    for at in range(0, len(stream), size):
        titles.feed(stream[at : at + size])


async def test_a_station_shows_them(make_sound: MakeSound, audio_format: AudioFormat) -> None:
    stream = song(make_sound, "ogg", "One") + song(make_sound, "ogg", "Two")
    async with raw_server(answered(stream, "icy-name: Radio", kind="audio/ogg")) as server:
        async with WebSource(server.url(), audio_format) as source:
            await anext(source)
            assert source.is_live
            assert source.status.title == "Ada - Two"  # which has come already
