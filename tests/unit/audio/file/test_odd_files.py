"""Files as they come from recorders, cameras and cutting rooms: heard whole, at their time."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.file.pipe_source import PipeSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.level import level_dbfs
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import SourceStatus
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import MakeSound

FAST = 1000.0
SPEECH = "aevalsrc='0.4*sin(2*PI*300*t)*(0.5+0.5*sin(2*PI*2*t))*lt(mod(t,1),0.7)':s=16000"
"""Sound whose level goes up and down, with pauses, as speech does."""
Make = Callable[..., Path]


@pytest.fixture
def make(decoder: str, tmp_path: Path) -> Make:
    """Make a file with the decoder's own arguments."""

    def run(name: str, *arguments: str) -> Path:
        path = tmp_path / name
        argv = [decoder, "-nostdin", "-y", "-loglevel", "error", *arguments, str(path)]
        subprocess.run(argv, check=True)
        return path

    return run


async def seconds_of(path: Path, audio_format: AudioFormat) -> float:
    pcm, _ = await heard(path, audio_format)
    return audio_format.seconds(len(pcm) // 2)


async def heard(
    path: Path, audio_format: AudioFormat, **options: object
) -> tuple[bytes, SourceStatus]:
    """All the PCM of a file, and its status at the end."""
    pcm = b""
    chosen = SourceOptions(speed=FAST, **options)  # type: ignore[arg-type]
    async with FileSource(path, audio_format, chosen) as source:
        async for chunk in source:
            pcm += chunk.pcm
    return pcm, source.status


def seconds(pcm: bytes) -> float:
    return len(pcm) / 32000


def lavfi(*sources: str) -> list[str]:
    return [part for source in sources for part in ("-f", "lavfi", "-i", source)]


async def test_an_inverted_channel_does_not_silence_the_other(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.wav", *lavfi(f"{SPEECH}:d=4"), "-af", "pan=stereo|c0=c0|c1=-1*c0")
    pcm, status = await heard(path, audio_format)
    assert level_dbfs(pcm) > -25
    assert status.notices == ("its channels cancel each other out: only channel 1 is taken",)
    assert seconds(pcm) == pytest.approx(4.0, abs=0.01)


@pytest.mark.some(1)
@pytest.mark.parametrize("count", [9, 12, 32])
async def test_the_channel_with_speech_is_found_among_many(
    make: Make, audio_format: AudioFormat, count: int
) -> None:
    ones = lavfi(*(["sine=440:r=16000:d=6"] * (count - 1)), f"{SPEECH}:d=6")
    inputs = "".join(f"[{number}:a]" for number in range(count))
    path = make("a.wav", *ones, "-filter_complex", f"{inputs}amerge=inputs={count}")
    pcm, status = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(6.0, abs=0.05)
    assert status.notices == (f"speech was found in channel {count} of {count}",)
    one, _ = await heard(path, audio_format, channel=count)
    assert level_dbfs(pcm[-64000:]) == pytest.approx(level_dbfs(one[-64000:]), abs=0.5)


async def test_a_channel_that_is_not_there(make: Make, audio_format: AudioFormat) -> None:
    path = make("a.wav", *lavfi("sine=d=1"))
    with pytest.raises(SourceError, match=r"a\.wav has no channel 2, it has 1 channel\."):
        await heard(path, audio_format, channel=2)


@pytest.mark.long
async def test_the_speaking_track_is_taken_and_tracks_are_named(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make(
        "camera.mkv",
        *lavfi("anullsrc=r=16000:d=8", f"{SPEECH}:d=8", "sine=d=8:r=16000"),
        *("-map", "0", "-map", "1", "-map", "2", "-c:a", "pcm_s16le"),
        *("-metadata:s:a:1", "title=Boom", "-t", "8"),
    )
    pcm, status = await heard(path, audio_format)
    assert level_dbfs(pcm) > -25
    assert status.notices[0].startswith("sound track 2 of 3 is taken (1 ")
    assert "2 Boom" in status.notices[0]
    silent, _ = await heard(path, audio_format, track=1)
    assert level_dbfs(silent) < -80
    with pytest.raises(SourceError, match="has no sound track 4, it has 3"):
        await heard(path, audio_format, track=4)


async def test_of_two_speaking_tracks_the_default_one_is_taken(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make(
        "film.mkv",
        *lavfi(f"{SPEECH}:d=6", f"{SPEECH}:d=6"),
        *("-map", "0", "-map", "1", "-c:a", "pcm_s16le"),
        *("-disposition:a:0", "0", "-disposition:a:1", "default"),
    )
    _, status = await heard(path, audio_format)
    assert status.notices[0].startswith("sound track 2 of 2")


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["mkv", "mp4", "flv"])
async def test_sound_that_begins_late_is_heard_at_its_time(
    make: Make, audio_format: AudioFormat, kind: str
) -> None:
    path = make(
        f"late.{kind}",
        *lavfi("color=s=64x64:d=7:r=5"),
        *("-itsoffset", "4", *lavfi("sine=d=3:r=44100"), "-map", "0", "-map", "1"),
        *("-c:v", "flv" if kind == "flv" else "mpeg4", "-c:a", "aac"),
    )
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(7.0, abs=0.2)
    assert level_dbfs(pcm[: 32000 * 3]) < -80
    assert level_dbfs(pcm[32000 * 5 : 32000 * 6]) > -30


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["mkv", "avi", "mp4"])
async def test_sound_shorter_than_the_picture_is_not_cut_short(
    make: Make, audio_format: AudioFormat, kind: str
) -> None:
    path = make(
        f"short.{kind}",
        *lavfi("color=s=64x64:d=9:r=5", "sine=d=3"),
        *("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    )
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(3.0, abs=0.2)


def with_length(wav: bytes, length: int) -> bytes:
    place = wav.index(b"data") + 4
    return wav[:place] + length.to_bytes(4, "little") + wav[place + 4 :]


@pytest.mark.some(1)
@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 32000, 7])
async def test_a_header_that_tells_too_little(
    make: Make, audio_format: AudioFormat, length: int
) -> None:
    path = make("a.wav", *lavfi("sine=d=5:r=16000"))
    path.write_bytes(with_length(path.read_bytes(), length))
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(5.0, abs=0.01)


async def test_rf64_with_and_without_sizes(make: Make, audio_format: AudioFormat) -> None:
    path = make("a.wav", *lavfi("sine=d=5:r=16000"), "-rf64", "always")
    assert seconds((await heard(path, audio_format))[0]) == pytest.approx(5.0, abs=0.01)
    data = bytearray(path.read_bytes())
    place = data.index(b"ds64") + 8
    data[place : place + 24] = bytes(24)
    path.write_bytes(data)
    assert seconds((await heard(path, audio_format))[0]) == pytest.approx(5.0, abs=0.01)


async def test_what_stands_behind_the_sound_is_not_heard(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.wav", *lavfi("sine=d=5:r=16000"))
    path.write_bytes(path.read_bytes() + b"junk" + (4000).to_bytes(4, "little") + b"\x7f" * 4000)
    assert seconds((await heard(path, audio_format))[0]) == pytest.approx(5.0, abs=0.001)


async def test_damage_in_the_middle_is_called_so(make: Make, audio_format: AudioFormat) -> None:
    path = make("a.mp3", *lavfi("sine=d=30"), "-b:a", "64k")
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.mp3 is damaged: \d+\.\d s of its sound"):
        await heard(path, audio_format)


@pytest.mark.some(1)
@pytest.mark.parametrize("length", [0, 320_000, 0xFFFFFFFF])
async def test_a_growing_file_is_followed_to_its_end(
    make: Make, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """Its header tells nothing, or what there was when it was last written."""
    patience = "scribe_tui.audio.file.growing.FOLLOW_SECONDS"
    monkeypatch.setattr(patience, 60.0)
    whole = with_length(make("w.wav", *lavfi("sine=d=30:r=16000")).read_bytes(), length)
    path = make("w.wav", *lavfi("sine=d=1")).with_name("growing.wav")
    path.write_bytes(whole[: len(whole) // 3])
    pcm = b""
    async with FileSource(path, audio_format, SourceOptions(speed=FAST, follow=True)) as source:
        async for chunk in source:
            pcm += chunk.pcm
            if path.stat().st_size < len(whole) and seconds(pcm) > 1:
                with path.open("ab") as file:
                    file.write(whole[path.stat().st_size :])
                monkeypatch.setattr(patience, 1.0)
    assert seconds(pcm) == pytest.approx(30.0, abs=0.1)


@pytest.mark.some(1)
@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_s24le", "pcm_u8"])
async def test_a_followed_file_of_half_a_second_is_heard_at_once(
    make: Make, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    """Not only when it stops growing: the patience here is longer than the test's."""
    monkeypatch.setattr("scribe_tui.audio.file.growing.FOLLOW_SECONDS", 3600.0)
    tone = lavfi("sine=d=0.5:r=16000", "sine=f=300:d=0.5:r=16000")
    path = make("a.wav", *tone, "-filter_complex", "amerge=inputs=2", "-c:a", codec)
    pcm = b""
    async with FileSource(path, audio_format, SourceOptions(speed=FAST, follow=True)) as source:
        async for chunk in source:
            pcm += chunk.pcm
            if seconds(pcm) > 0.35:
                break
    assert level_dbfs(pcm) > -30


async def test_the_times_of_asf_are_called_uncertain_once(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.wma", *lavfi("sine=d=2:r=16000"))
    _, status = await heard(path, audio_format)
    assert [notice for notice in status.notices if "times may be early" in notice]


async def test_a_file_that_grew_and_was_not_followed_is_told(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.mp3", *lavfi("sine=d=9"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    grown = False
    with_notice: tuple[str, ...] = ()
    source = FileSource(path, audio_format, SourceOptions(speed=FAST))
    try:
        async with source:
            async for _ in source:
                if not grown:
                    grown = True
                    path.write_bytes(whole)
    except SourceError as error:  # the header of this one promised more than there was
        assert "cut short" in error.sentence or "damaged" in error.sentence
    else:
        with_notice = source.status.notices
    assert grown
    assert not with_notice or "still being written" in with_notice[0]


async def test_a_named_pipe_is_read_until_its_writer_closes_it(
    make: Make, make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path
) -> None:
    import os

    path = tmp_path / "pipe"
    os.mkfifo(path)
    sound = make_sound("tone.wav").read_bytes()
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, sound))
    samples = 0
    async with PipeSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        assert not source.is_live
        async for chunk in source:
            samples += chunk.samples
    await writing
    assert audio_format.seconds(samples) == pytest.approx(3.0, abs=0.01)


async def test_a_pipe_without_sound_is_told_as_what_it_is(
    tmp_path: Path, audio_format: AudioFormat
) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writing = asyncio.to_thread(path.write_bytes, b"no sound at all " * 100)
    with pytest.raises(SourceError) as caught:
        await asyncio.gather(writing, PipeSource(path, audio_format).__aenter__())
    assert caught.value.message == "pipe is not sound that the decoder knows."
    assert "address" not in caught.value.sentence


def wav(*chunks: tuple[bytes, bytes], padded: bool) -> bytes:
    """A WAV of these chunks; unless `padded`, odd ones lack the byte that makes them even."""
    body = b"WAVE"
    for name, content in chunks:
        body += name + len(content).to_bytes(4, "little") + content
        body += b"\0" if padded and len(content) % 2 else b""
    return b"RIFF" + len(body).to_bytes(4, "little") + body


FORM = bytes.fromhex("01000100803e0000007d000002001000")
"""PCM, one channel, 16 kHz, 16 bits."""


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("names", [b"LIST", b"bext"])
async def test_a_wav_whose_odd_chunk_lacks_its_padding(
    tmp_path: Path, audio_format: AudioFormat, names: bytes, padded: bool
) -> None:
    odd = (names, b"INFOabc")
    sound = bytes.fromhex("0010 00f0") * 16_000
    path = tmp_path / "odd.wav"
    chunks = [(b"fmt ", FORM), odd] if names == b"LIST" else [odd, (b"fmt ", FORM)]
    path.write_bytes(wav(*chunks, (b"data", sound), (b"LIST", b"INFOxyz"), padded=padded))
    pcm, _ = await heard(path, audio_format)
    assert pcm == sound


async def test_a_wav_in_a_pipe_begins_at_once_and_ends_where_it_says(
    tmp_path: Path, audio_format: AudioFormat
) -> None:
    """Its writer waits for the first sound before it writes more than a tenth of a second."""
    sound = bytes.fromhex("0010 00f0") * 16_000
    content = wav((b"fmt ", FORM), (b"data", sound), (b"LIST", b"INFO" * 99), padded=True)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def write() -> None:
        with path.open("wb", buffering=0) as pipe:
            pipe.write(content[:20])
            pipe.write(content[20:8000])
            asyncio.run_coroutine_threadsafe(begun.wait(), loop).result()
            pipe.write(content[8000:])

    writing = asyncio.create_task(asyncio.to_thread(write))
    pcm = b""
    async with PipeSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        begun.set()
        async for chunk in source:
            pcm += chunk.pcm
    await writing
    assert pcm == sound


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("name", "options"),
    [("a.mka", ("-c:a", "flac")), ("a.webm", ("-c:a", "libopus")), ("a.ts", ("-c:a", "aac"))],
)
async def test_recordings_that_were_joined_are_heard_to_the_end(
    make_sound: MakeSound,
    tmp_path: Path,
    audio_format: AudioFormat,
    name: str,
    options: tuple[str, ...],
) -> None:
    """Their times begin anew; so do those of what a browser recorded in pieces."""
    path = tmp_path / name
    path.write_bytes(make_sound(f"joined-{name}", 6.0, *options).read_bytes() * 2)
    assert await seconds_of(path, audio_format) == pytest.approx(12.0, abs=0.2)


async def test_a_broadcast_whose_tracks_get_other_numbers_is_heard_on(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    path = tmp_path / "a.ts"
    parts = [
        make_sound(f"pid-{pid}.ts", 6.0, "-c:a", "aac", "-mpegts_start_pid", pid).read_bytes()
        for pid in ("0x100", "0x200")
    ]
    path.write_bytes(b"".join(parts))
    assert await seconds_of(path, audio_format) == pytest.approx(12.0, abs=0.2)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\ufeff#EXTM3U\n#EXTINF:5,\nother.ts\n", "a playlist"),
        ("ffconcat version 1.0\nfile other.ts\n", "a list of files"),
    ],
)
async def test_a_list_is_no_sound_whatever_it_is_called(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, text: str, kind: str
) -> None:
    """The decoder would go on to the files that it names."""
    (tmp_path / "other.ts").write_bytes(make_sound("pid-0x100.ts", 6.0).read_bytes())
    path = tmp_path / "a.mp3"
    path.write_text(text)
    with pytest.raises(SourceError, match=f"a.mp3 is {kind}, not sound"):
        await seconds_of(path, audio_format)


async def test_what_cannot_be_decoded_without_its_rest_is_cut_short(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    path = tmp_path / "a.caf"
    path.write_bytes(make_sound("whole.caf", 12.0, "-c:a", "alac").read_bytes()[:90000])
    with pytest.raises(SourceError, match=r"a\.caf is cut short"):
        await seconds_of(path, audio_format)


LONG = {"a.wav": (), "a.mp3": ("-write_xing", "0"), "a.pcm": ("-f", "s16le", "-ar", "16000")}


async def change_while_heard(
    path: Path, audio_format: AudioFormat, change: Callable[[Path], object]
) -> tuple[float, tuple[str, ...]]:
    """Seconds of a file that is changed when some of it was heard, and what was said."""
    samples = 0
    said: tuple[str, ...] = ()
    async with FileSource(path, audio_format, SourceOptions(speed=20.0)) as source:
        try:
            async for chunk in source:
                if not samples:
                    change(path)
                samples += chunk.samples
        except SourceError as error:
            said = (error.message,)
    return audio_format.seconds(samples), (*source.status.notices, *said)


@pytest.mark.some(2)
@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("size", [0, 1000])
async def test_a_file_made_shorter_while_it_is_heard_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str, size: int
) -> None:
    path = tmp_path / name
    path.write_bytes(make_sound(f"long-{name}", 60.0, *LONG[name]).read_bytes())
    seconds, said = await change_while_heard(
        path, audio_format, lambda path: os.truncate(path, size)
    )
    assert seconds < 55
    assert len(said) == 1
    assert f"breaks off after {seconds:.1f} s" in said[0]


@pytest.mark.some(1)
@pytest.mark.parametrize("name", LONG)
async def test_a_file_that_is_replaced_by_another_is_heard_to_its_end(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str
) -> None:
    path, other = tmp_path / name, tmp_path / "other"
    path.write_bytes(make_sound(f"short-{name}", 20.0, *LONG[name]).read_bytes())
    other.write_bytes(make_sound(f"long-{name}", 60.0, *LONG[name]).read_bytes())
    seconds, said = await change_while_heard(path, audio_format, other.rename)
    assert (seconds, said) == (pytest.approx(20.0, abs=0.2), ())


@pytest.mark.some(2)
@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.m4a"])
async def test_a_recording_behind_another_that_the_decoder_never_reaches_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str
) -> None:
    path = tmp_path / name
    whole = make_sound(f"twice-{name}", 6.0).read_bytes()
    path.write_bytes(whole)
    assert await seconds_of(path, audio_format) == pytest.approx(6.0, abs=0.1)
    path.write_bytes(whole * 2)
    with pytest.raises(SourceError, match=r"another recording behind the first, .* at 6\.0 s"):
        await seconds_of(path, audio_format)


async def test_fragments_may_repeat_their_index(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    fragments = ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov")
    whole = make_sound("fragments.mp4", 6.0, *fragments).read_bytes()
    index = whole.index(b"moov") - 4
    length = int.from_bytes(whole[index : index + 4], "big")
    path = tmp_path / "a.mp4"
    path.write_bytes(whole + whole[index : index + length])
    assert await seconds_of(path, audio_format) == pytest.approx(6.0, abs=0.1)


async def heard_through_pipe(
    path: Path, body: bytes, audio_format: AudioFormat
) -> tuple[float, str]:
    """Seconds of what is written into a named pipe, and what was said at its end."""
    os.mkfifo(path)
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, body))
    samples, said = 0, ""
    async with PipeSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        try:
            async for chunk in source:
                samples += chunk.samples
        except SourceError as error:
            said = error.message
    await writing
    return audio_format.seconds(samples), said


async def test_a_recording_in_a_pipe_that_is_cut_short_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    whole = make_sound("piped.flac", 12.0).read_bytes()
    seconds, said = await heard_through_pipe(tmp_path / "a", whole[: len(whole) // 2], audio_format)
    assert said.startswith(f"a is cut short: its sound breaks off after {seconds:.1f} s")


async def test_wavpack_in_a_pipe_is_whole_though_a_tag_follows(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    whole = make_sound("piped.wv", 12.0, "-c:a", "wavpack", "-metadata", "title=x").read_bytes()
    assert await heard_through_pipe(tmp_path / "a", whole, audio_format) == (
        pytest.approx(12.0, abs=0.1),
        "",
    )
