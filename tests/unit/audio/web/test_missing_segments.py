"""HLS segments that never came are told, in their length and at their place."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web import hls
from scribe_tui.audio.web.missing_segments import Hole, MissingSegments
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import SourceError
from tests.support.raw_server import raw_server

FAST = SourceOptions(speed=1000.0)


def listing(first: int, *names: str, seconds: float = 2.0) -> str:
    lines = [f"#EXTINF:{seconds},\n{name}\n" for name in names]
    return f"#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:{first}\n" + "".join(lines)


def heard(missing: MissingSegments, *names: str) -> None:
    for name in names:
        segment = missing.asked(name)
        assert segment is not None
        missing.came(segment)


def told(*lists: tuple[str, tuple[str, ...]]) -> list[Hole]:
    """The holes after each list was named and these segments of it came."""
    missing = MissingSegments()
    for text, came in lists:
        missing.listed(hls.segments(text))
        heard(missing, *came)
    return missing.holes


def test_what_comes_in_order_has_no_holes() -> None:
    first, second = listing(5, "a", "b"), listing(6, "b", "c", "d")
    assert told((first, ("a", "b")), (second, ("c", "d"))) == []


def test_one_that_never_came() -> None:
    assert told((listing(5, "a", "b", "c", "d"), ("a", "c", "d"))) == [Hole(2.0, 2.0)]


def test_those_that_left_the_list_before_they_were_asked_for() -> None:
    first, second = listing(5, "a", "b"), listing(9, "e", "f")
    assert told((first, ("a",)), (second, ("e",))) == [Hole(2.0, 6.0)]


def test_a_list_that_counts_anew_has_no_hole() -> None:
    first, again = listing(5, "a"), listing(900, "x")
    assert told((first, ("a",)), (again, ("x",)), (listing(0, "y"), ("y",))) == []


def test_the_same_segment_again_and_again_is_counted_in_its_order() -> None:
    assert told((listing(0, "jingle", "jingle", "talk"), ("jingle", "jingle", "talk"))) == []


def test_joining_in_the_middle_is_no_hole() -> None:
    assert told((listing(5, "a", "b", "c", "d"), ("c", "d"))) == []


def test_the_first_one_asked_for_may_be_the_one_that_is_missing() -> None:
    missing = MissingSegments()
    missing.listed(hls.segments(listing(5, "a", "b", "c")))
    assert missing.asked("b") is not None
    heard(missing, "c")
    assert missing.holes == [Hole(0.0, 2.0)]


def test_each_hole_is_taken_once_when_its_place_is_heard() -> None:
    missing = MissingSegments()
    missing.listed(hls.segments(listing(0, "a", "b", "c")))
    heard(missing, "a", "c")
    assert [missing.take(second) for second in (0.0, 1.9, 2.0, 3.0)] == [0.0, 0.0, 2.0, 0.0]


def test_what_a_list_says_itself() -> None:
    text = "#EXTM3U\n#EXTINF:2,\n a \n#EXT-X-GAP\n#EXTINF:3.5,x\nb\n#EXTINF:,\nc\n"
    assert hls.segments(text) == [
        hls.Segment(0, "a", 2.0),
        hls.Segment(1, "b", 3.5, is_gap=True),
        hls.Segment(2, "c", 0.0),
    ]
    assert hls.segments("#EXTM3U\n#EXTINF:2,\n#EXT-X-BYTERANGE:9@0\na\n") == []


@pytest.fixture
def files(decoder: str, tmp_path: Path) -> dict[str, bytes]:
    """Five segments of a second, and their list."""
    argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=5"]
    argv += ["-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"]
    subprocess.run([*argv, str(tmp_path / "index.m3u8")], check=True)
    return {f"/{path.name}": path.read_bytes() for path in tmp_path.iterdir()}


async def listen(
    files: dict[str, bytes], audio_format: AudioFormat
) -> tuple[float, list[tuple[float, float]]]:
    """Seconds heard, and after which of them how many were missing."""
    samples, dropped = 0, 0
    holes: list[tuple[float, float]] = []

    def answer(head: str) -> bytes:
        body = files.get(head.split()[1])
        if body is None:
            return b"HTTP/1.1 404 Not Found\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\n\r\n" + body

    async with raw_server(answer) as server:
        async with WebSource(server.url("/index.m3u8"), audio_format, FAST) as source:
            async for chunk in source:
                missing = source.status.dropped_samples - dropped
                if missing:
                    holes.append((audio_format.seconds(samples), audio_format.seconds(missing)))
                    dropped += missing
                samples += chunk.samples
    assert source.status.drop_cause == "segment missing"
    return audio_format.seconds(samples), holes


@pytest.mark.parametrize("told_by_the_list", [False, True])
async def test_a_recording_with_a_segment_missing_is_heard_to_its_end(
    files: dict[str, bytes], audio_format: AudioFormat, told_by_the_list: bool
) -> None:
    del files["/index2.ts"]
    if told_by_the_list:
        text = files["/index.m3u8"].decode()
        files["/index.m3u8"] = text.replace("index2.ts", "#EXT-X-GAP\nindex2.ts").encode()
    seconds, ((place, missing),) = await listen(files, audio_format)
    assert seconds == pytest.approx(4.0, abs=0.15)
    assert place == pytest.approx(2.0, abs=0.15)
    assert missing == pytest.approx(1.0, abs=0.05)


async def test_the_first_segment_may_be_missing(
    files: dict[str, bytes], audio_format: AudioFormat
) -> None:
    del files["/index0.ts"]
    seconds, ((place, missing),) = await listen(files, audio_format)
    assert (seconds, place, missing) == pytest.approx((4.0, 0.0, 1.0), abs=0.15)


async def test_an_end_that_is_missing_is_still_a_failure(
    files: dict[str, bytes], audio_format: AudioFormat
) -> None:
    for name in ("/index3.ts", "/index4.ts", "/index5.ts"):
        files.pop(name, None)
    with pytest.raises(SourceError, match=r"broke off after 3\.\d s: 404 Not Found"):
        await listen(files, audio_format)


async def test_a_segment_that_fails_for_a_moment_is_asked_for_again(
    files: dict[str, bytes], audio_format: AudioFormat
) -> None:
    refused: list[str] = []

    def answer(head: str) -> bytes:
        path = head.split()[1]
        if path == "/index2.ts" and not refused:
            refused.append(path)
            return b"HTTP/1.1 503 Busy\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\n\r\n" + files[path]

    samples = 0
    async with raw_server(answer) as server:
        async with WebSource(server.url("/index.m3u8"), audio_format, FAST) as source:
            async for chunk in source:
                samples += chunk.samples
    assert refused
    assert source.status.dropped_samples == 0
    assert audio_format.seconds(samples) == pytest.approx(5.0, abs=0.15)
