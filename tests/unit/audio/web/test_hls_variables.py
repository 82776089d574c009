"""Variables in HLS playlists: replaced where they stand for something, refused where not."""

from __future__ import annotations

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.hls_variables import MAX_TEXT_CHARS, resolved
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import SourceError
from tests.support.raw_server import raw_server
from tests.unit.audio.conftest import MakeSound

HERE = Address.parse("http://host/list.m3u8?token=t%201&empty=")


def text_in(*lines: str, above: dict[str, str] | None = None) -> list[str]:
    text, _ = resolved("#EXTM3U\n" + "\n".join(lines), HERE, above or {})
    return text.splitlines()[1:]


def test_each_way_to_define_one() -> None:
    assert text_in(
        '#EXT-X-DEFINE:NAME="a",VALUE="x"',
        '#EXT-X-DEFINE:VALUE="{$a}y",NAME="b"',
        '#EXT-X-DEFINE:IMPORT="c"',
        '#EXT-X-DEFINE:QUERYPARAM="token"',
        '#EXT-X-DEFINE:QUERYPARAM="empty"',
        '#EXT-X-MAP:URI="{$a}/{$token}.mp4"',
        "#EXTINF:6,{$title} as it is",
        "{$b}/{$c}{$empty}.ts",
        above={"c": "z"},
    ) == ['#EXT-X-MAP:URI="x/t 1.mp4"', "#EXTINF:6,{$title} as it is", "xy/z.ts"]


def test_a_list_that_defines_none_stays_as_it_is() -> None:
    assert text_in("{$a}.ts") == ["{$a}.ts"]


@pytest.mark.parametrize("line", ["{$b}.ts", '#EXT-X-DEFINE:IMPORT="b"'])
def test_what_has_no_value_is_named(line: str) -> None:
    with pytest.raises(SourceError, match="of host uses the variable b without giving it a value"):
        text_in('#EXT-X-DEFINE:NAME="a",VALUE="x"', line)


def test_they_cannot_grow_without_end() -> None:
    lines = ['#EXT-X-DEFINE:NAME="a",VALUE="xxxxxxxxxx"']
    lines += ['#EXT-X-DEFINE:NAME="a",VALUE="{$a}{$a}"'] * 40
    assert len(text_in(*lines, "{$a}.ts")[0]) < 10_000
    with pytest.raises(SourceError, match="larger than"):
        text_in(*lines, *["{$a}.ts"] * (MAX_TEXT_CHARS // 4000))


async def test_a_list_takes_those_of_the_one_that_led_to_it(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    sound = make_sound("variables.ts", 4.0, "-c:a", "aac").read_bytes()
    lists = {
        "/master": '#EXTM3U\n#EXT-X-DEFINE:NAME="way",VALUE="deep"\n'
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2"\n{$way}/media\n',
        "/deep/media": '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-DEFINE:IMPORT="way"\n'
        "#EXTINF:4,\n/{$way}.ts\n#EXT-X-ENDLIST\n",
    }

    def answer(head: str) -> bytes:
        path = head.split(" ")[1]
        body = sound if path == "/deep.ts" else lists.get(path, "").encode()
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body

    samples = 0
    async with (
        raw_server(answer) as server,
        WebSource(server.url("/master"), audio_format, SourceOptions(speed=1000.0)) as source,
    ):
        async for chunk in source:
            samples += chunk.samples
    assert audio_format.seconds(samples) == pytest.approx(4.0, abs=0.1)
