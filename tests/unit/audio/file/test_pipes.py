"""Named pipes: read until their writers close them."""

from __future__ import annotations

import asyncio
import errno
import os
import re
import select
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from scribe_tui.audio.file import pipe_input, pipe_tap
from scribe_tui.audio.file.pipe_input import PipeInput
from scribe_tui.audio.file.pipe_source import PAUSE_SECONDS, PipeSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import Eventually, MakeSound
from tests.unit.audio.file.conftest import (
    FAST,
    FORM,
    Make,
    heard_through_pipe,
    lavfi,
    seconds,
    wav,
    with_length,
)


async def test_a_named_pipe_is_read_until_its_writer_closes_it(
    make: Make, make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path
) -> None:
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


async def test_a_pipe_into_which_nothing_is_written_is_called_empty(
    tmp_path: Path, audio_format: AudioFormat
) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writing = asyncio.to_thread(path.write_bytes, b"")
    with pytest.raises(SourceError, match="pipe is empty: it ended before a byte came"):
        await asyncio.gather(writing, PipeSource(path, audio_format).__aenter__())


@pytest.mark.parametrize("kind", ["pipe", "file"])
async def test_standard_input_that_can_only_be_written_is_not_called_empty(
    tmp_path: Path, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    if kind == "file":
        os.close(writing)
        writing = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    monkeypatch.setattr(pipe_input, "_STDIN", writing)
    with pytest.raises(SourceError, match="Standard input cannot be read: it is closed, or open"):
        await PipeSource(None, audio_format).__aenter__()
    os.close(writing)


async def test_a_pipe_that_breaks_is_not_called_ended(
    make_sound: MakeSound,
    tmp_path: Path,
    audio_format: AudioFormat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A bad disk under `< file`, a terminal that hung up."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read = os.read

    def broken(descriptor: int, size: int) -> bytes:
        return taken(descriptor) if size == pipe_tap.PIECE_BYTES else read(descriptor, size)

    pieces = iter([make_sound("tone.wav").read_bytes()[:40_000]])

    def taken(descriptor: int) -> bytes:
        for piece in pieces:
            return piece
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "read", broken)
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, bytes(40_000)))
    with pytest.raises(SourceError, match="pipe cannot be read: Input/output error"):
        async with PipeSource(path, audio_format, SourceOptions(speed=FAST)) as source:
            async for _ in source:
                pass
    await writing


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


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["flac", "wav", "mp3", "mka", "au", "flv"])
async def test_a_recording_in_a_pipe_that_is_cut_short_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, kind: str
) -> None:
    whole = make_sound(f"piped.{kind}", 12.0).read_bytes()
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


@pytest.mark.parametrize("behind", [b"", b"LIST" + (2000).to_bytes(4, "little") + b"x" * 2000])
async def test_a_wav_in_a_pipe_is_heard_beyond_what_its_header_tells(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, behind: bytes
) -> None:
    whole = make_sound("piped.wav", 12.0).read_bytes()
    body = whole + behind if behind else with_length(whole, 88200)
    assert await heard_through_pipe(tmp_path / "a", body, audio_format) == (
        pytest.approx(12.0, abs=0.01),
        "",
    )


async def test_a_picture_behind_the_end_of_what_comes_through_a_pipe_is_no_damage(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    whole = make_sound(
        "piped-bare.mp3", 6.0, "-write_xing", "0", "-id3v2_version", "0"
    ).read_bytes()
    item = b"Cover Art (Front)\0c.jpg\0" + bytes(range(256)) * 800
    entry = len(item).to_bytes(4, "little") + (2).to_bytes(4, "little") + item
    footer = b"APETAGEX" + (2000).to_bytes(4, "little") + (len(entry) + 32).to_bytes(4, "little")
    tag = entry + footer + (1).to_bytes(4, "little") + bytes(12)
    assert await heard_through_pipe(tmp_path / "a", whole + tag, audio_format) == (
        pytest.approx(6.0, abs=0.1),
        "",
    )


@pytest.mark.some(1)
@pytest.mark.parametrize(("name", "options"), [("piped.m4a", ()), ("piped.caf", ("-c:a", "alac"))])
async def test_an_index_at_the_end_of_what_comes_through_a_pipe_is_named(
    make_sound: MakeSound,
    tmp_path: Path,
    audio_format: AudioFormat,
    name: str,
    options: tuple[str, ...],
) -> None:
    body = make_sound(name, 20.0, *options).read_bytes()
    with pytest.raises(SourceError, match="a has its index at its end, and a pipe cannot be read"):
        await heard_through_pipe(tmp_path / "a", body, audio_format)


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("a.wav", "b.mp3"),
        ("a.mp3", "b.flac"),
        ("a.ogg", "b.mp3"),
        ("a.aiff", "b.mp3"),
        ("a.au", "b.mp3"),
    ],
)
async def test_another_recording_behind_the_first_in_a_pipe_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str, then: str
) -> None:
    """As `cat a.wav b.mp3` gives it."""
    first, second = (make_sound(f"kinds-{each}", 6.0).read_bytes() for each in (name, then))
    seconds, said = await heard_through_pipe(tmp_path / "a", first + second, audio_format)
    assert seconds == pytest.approx(6.0, abs=0.1)
    either = "a holds another recording behind the first, .* 6.0 s|a cannot be decoded beyond 6.0 s"
    assert re.match(either, said)


async def test_a_container_that_no_pipe_can_give_is_named(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    body = make_sound("piped.wtv", 6.0).read_bytes()
    with pytest.raises(SourceError, match=r"a is a WTV recording, .* a pipe cannot be read so"):
        await heard_through_pipe(tmp_path / "a", body, audio_format)


LATE = (
    *lavfi("color=s=64x64:d=7:r=5"),
    *("-itsoffset", "4", *lavfi("sine=d=3:r=44100"), "-map", "0", "-map", "1", "-c:a", "aac"),
)
"""A picture of 7 s, and sound from 4 s on."""


@pytest.mark.parametrize(("kind", "picture"), [("mkv", "mpeg4"), ("ts", "mpeg2video")])
async def test_sound_that_begins_late_in_a_pipe_is_heard_at_its_time(
    make: Make, tmp_path: Path, audio_format: AudioFormat, kind: str, picture: str
) -> None:
    """Newer decoders pass over what stands before the sound of a broadcast; that is told."""
    rate = ("-r", "25") if kind == "ts" else ()
    body = make(f"late.{kind}", *LATE, "-c:v", picture, *rate).read_bytes()
    path = tmp_path / "a"
    os.mkfifo(path)
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, body))
    pcm = b""
    async with PipeSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        async for chunk in source:
            pcm += chunk.pcm
        notices = source.status.notices
    await writing
    if notices:
        assert kind == "ts"
        assert notices[0].startswith("its times are early")
        assert seconds(pcm) == pytest.approx(3.0, abs=0.2)
        return
    assert seconds(pcm) == pytest.approx(7.0, abs=0.2)
    assert level_dbfs(pcm[: 32000 * 3]) < -80
    assert level_dbfs(pcm[32000 * 5 : 32000 * 6]) > -30


class WatchedPoll:
    """`select.poll` that says when it saw a writer come and go without a byte."""

    hung_up = threading.Event()

    def __init__(self) -> None:
        self._poll = select.poll()

    def register(self, descriptor: int, events: int) -> None:
        self._poll.register(descriptor, events)

    def poll(self, milliseconds: float) -> list[tuple[int, int]]:
        found = self._poll.poll(milliseconds)
        if found and not found[0][1] & select.POLLIN:
            self.hung_up.set()
        return found


def test_what_is_written_right_after_a_writer_without_a_byte_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = SimpleNamespace(poll=WatchedPoll, POLLIN=select.POLLIN)
    monkeypatch.setattr(pipe_input, "select", watched)
    path = tmp_path / "pipe"
    os.mkfifo(path)
    pipe = PipeInput(path, follow=True)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(pipe.first)
        path.write_bytes(b"first")
        descriptor, _ = first.result(30)
        assert os.read(descriptor, 100) == b"first"
        os.close(descriptor)
        second = pool.submit(pipe.next)
        while not WatchedPoll.hung_up.wait(0.01):
            path.open("wb").close()
        path.write_bytes(b"second")
        try:
            descriptor, _ = second.result(30)
        finally:
            pipe.close()
        assert os.read(descriptor, 100) == b"second"
        os.close(descriptor)


async def test_with_follow_a_named_pipe_waits_for_its_next_writer(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, eventually: Eventually
) -> None:
    """Each is decoded anew after a pause that ends what was said last; what is no sound is told."""
    path = tmp_path / "a"
    os.mkfifo(path)
    wave, mp3 = (make_sound(f"kinds-a.{kind}", 6.0).read_bytes() for kind in ("wav", "mp3"))
    source = PipeSource(path, audio_format, SourceOptions(speed=FAST, follow=True))
    samples = 0

    async def listen() -> None:
        nonlocal samples
        async with source:
            async for chunk in source:
                samples += chunk.samples

    listening = asyncio.create_task(listen())
    await asyncio.to_thread(path.write_bytes, wave)
    await eventually(lambda: samples == audio_format.samples(6.0 + PAUSE_SECONDS))
    assert len(source.status.notices) == 1
    await asyncio.to_thread(path.write_bytes, b"no sound at all " * 100)
    await eventually(lambda: len(source.status.notices) == 2)
    for until in (15.4, 21.4):  # the second may come before the end of the first is seen
        await asyncio.to_thread(path.write_bytes, mp3)
        await eventually(lambda until=until: source.status.position_seconds >= until)
    assert source.status.notices == (
        "a was closed by its writer; the next one is waited for",
        "a is not sound that the decoder knows",
    )
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.parametrize("follow", [False, True])
async def test_a_recording_behind_a_wav_in_a_pipe_is_heard(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, follow: bool
) -> None:
    """As of writers that come one upon the other, which look like one."""
    first, second = (make_sound(f"kinds-a.{kind}", 6.0).read_bytes() for kind in ("wav", "flac"))
    path = tmp_path / "a"
    os.mkfifo(path)
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, first * 2 + second))
    samples = 0
    options = SourceOptions(speed=FAST, follow=follow)
    async with PipeSource(path, audio_format, options) as source:
        async for chunk in source:
            samples += chunk.samples
            if follow and samples >= audio_format.samples(18.0):
                break
    await writing
    assert samples == audio_format.samples(18.0)


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


async def test_leaving_while_the_next_writer_is_waited_for_leaves_nothing_behind(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, eventually: Eventually
) -> None:
    path = tmp_path / "a"
    os.mkfifo(path)
    body = make_sound("kinds-a.wav", 6.0).read_bytes()
    options = SourceOptions(speed=FAST, follow=True)
    before = open_files()
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, body))
    samples = 0
    async with PipeSource(path, audio_format, options) as source:

        async def listen() -> None:
            nonlocal samples
            async for chunk in source:
                samples += chunk.samples

        listening = asyncio.create_task(listen())
        await eventually(lambda: samples == audio_format.samples(6.0 + PAUSE_SECONDS))
        await writing
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    await eventually(lambda: open_files() <= before)
