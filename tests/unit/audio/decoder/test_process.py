"""The real decoder process: sound out, stalls noticed, and nothing left behind."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scribe_tui.audio.decoder import program
from scribe_tui.audio.decoder.command import DecoderInput, file_input
from scribe_tui.audio.decoder.pipe_rest import LISTEN_SECONDS, waiting_bytes
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import Retry, SourceError
from tests.unit.audio.conftest import Eventually, MakeSound


def open_descriptors() -> int:
    return psutil.Process().num_fds()


LONG = 10 * 60.0


@pytest.fixture
def make_decoder(make_sound: MakeSound, audio_format: AudioFormat) -> Callable[..., Decoder]:
    def make(name: str = "tone.wav", **options: Any) -> Decoder:
        options.setdefault("capacity_seconds", 2.0)
        return Decoder(file_input(make_sound(name)), audio_format, name, **options)

    return make


async def test_every_sample_comes_out_and_the_process_ends(
    make_decoder: Callable[..., Decoder], children: Callable[[], set[int]]
) -> None:
    before = children()
    decoder = make_decoder()
    await decoder.start()
    pcm = bytearray()
    while piece := await decoder.read(3200):
        pcm += piece
    assert len(pcm) == 3 * 32000
    await decoder.wait_exit()
    await decoder.stop()
    assert children() <= before


@pytest.mark.skipif(sys.platform != "linux", reason="its pipes have a size that can be set")
async def test_its_pipe_is_narrow_before_it_writes_however_busy_the_program_is(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    class Late(Decoder):
        waiting = 0

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.SubprocessTransport)
            pipe = transport.get_pipe_transport(1).get_extra_info("pipe")
            until = time.monotonic() + 10
            while not waiting_bytes(pipe) and time.monotonic() < until:
                time.sleep(0.05)  # the loop stands still: the decoder writes all that it can
            time.sleep(0.3)
            self.waiting = waiting_bytes(pipe)
            super().connection_made(transport)

    source = file_input(make_sound("long.wav", LONG))
    decoder = Late(source, audio_format, "x", capacity_seconds=2.0)
    await decoder.start()
    await decoder.stop()
    assert 0 < decoder.waiting <= 16384


async def test_a_full_buffer_holds_the_decoder_back(
    make_sound: MakeSound, audio_format: AudioFormat, eventually: Eventually
) -> None:
    source = file_input(make_sound("long.wav", LONG))
    decoder = Decoder(source, audio_format, "x", capacity_seconds=2.0)
    await decoder.start()
    await eventually(lambda: decoder.buffered_bytes >= 2 * 32000)
    for _ in range(600):
        assert await decoder.read(3200)
        assert decoder.buffered_bytes < 2 * 32000 + 2 * 262144
    await decoder.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can set a pipe's size")
async def test_a_live_decoder_is_read_half_a_second_at_a_time(
    make_sound: MakeSound, audio_format: AudioFormat, eventually: Eventually
) -> None:
    source = file_input(make_sound("long.wav", LONG))
    decoder = Decoder(source, audio_format, "x", capacity_seconds=4.0, is_live=True)
    await decoder.start()
    pipe_bytes = 16384
    for chunk in range(200):
        least = 3.5 if chunk / 10 < LISTEN_SECONDS else 1.5
        await eventually(lambda least=least: decoder.buffered_bytes >= least * 32000)
        received = decoder.received_bytes
        assert await decoder.read(3200)
        await asyncio.sleep(0)
        assert decoder.received_bytes <= received + pipe_bytes
    await decoder.stop()


async def test_the_clock_of_a_stall_stands_still_while_the_pipe_rests(
    make_sound: MakeSound, audio_format: AudioFormat, eventually: Eventually
) -> None:
    now = 0.0
    source = file_input(make_sound("long.wav", LONG))
    decoder = Decoder(
        source, audio_format, "x", capacity_seconds=1.0, stall_seconds=20.0, now=lambda: now
    )
    await decoder.start()
    await eventually(lambda: decoder.buffered_bytes >= 32000)
    now = 100.0
    while decoder.buffered_bytes >= 3200:
        assert await decoder.read(3200)
    assert await decoder.read(3200)
    await decoder.stop()


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[DecoderInput]:
    """A source from which nothing ever comes."""
    path = tmp_path / "mute.wav"
    os.mkfifo(path)
    writer = os.open(path, os.O_RDWR)
    yield file_input(path)
    os.close(writer)


async def test_stopping_ends_it_whatever_it_is_doing(
    make_decoder: Callable[..., Decoder],
    fifo: DecoderInput,
    audio_format: AudioFormat,
    children: Callable[[], set[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scribe_tui.audio.decoder.process.EXIT_SECONDS", 60.0)
    descriptors = open_descriptors()
    before = children()
    loop = asyncio.get_running_loop()
    missing = file_input(Path("/nowhere.wav"))
    for decoder in (
        make_decoder(),
        Decoder(fifo, audio_format, "x", capacity_seconds=60.0),
        Decoder(missing, audio_format, "x", capacity_seconds=60.0),
    ):
        await decoder.start()
        began = loop.time()
        await decoder.stop()
        await decoder.stop()
        assert loop.time() - began < 30.0, "it waited in vain"
    assert children() <= before
    await asyncio.sleep(0)
    assert open_descriptors() <= descriptors


async def test_a_cancelled_start_leaves_no_process(
    fifo: DecoderInput,
    audio_format: AudioFormat,
    children: Callable[[], set[int]],
    eventually: Eventually,
) -> None:
    before = children()
    decoder = Decoder(fifo, audio_format, "x", capacity_seconds=2.0)
    task = asyncio.create_task(decoder.start())
    await eventually(lambda: bool(children() - before))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await decoder.stop()
    assert children() <= before


async def test_what_it_says_last_is_waited_for_though_it_is_gone(
    make_decoder: Callable[..., Decoder],
) -> None:
    decoder = make_decoder()
    decoder.pipe_connection_lost(1, None)
    waiting = asyncio.create_task(decoder.wait_exit())
    decoder.process_exited()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    decoder.pipe_data_received(2, b"[error] Invalid data found when processing input\n")
    decoder.pipe_connection_lost(2, None)
    await waiting
    assert decoder.errors


async def test_no_bytes_is_a_stall(fifo: DecoderInput, audio_format: AudioFormat) -> None:
    decoder = Decoder(fifo, audio_format, "radio", capacity_seconds=2.0, stall_seconds=0.2)
    await decoder.start()
    try:
        with pytest.raises(SourceError, match=r"No sound from radio for 0.2 s"):
            await decoder.read(3200)
    finally:
        await decoder.stop()


async def test_no_decoder_anywhere(
    make_decoder: Callable[..., Decoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = make_decoder()
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    with pytest.raises(SourceError) as caught:
        await decoder.start()
    assert caught.value.retry is Retry.NEVER
    assert "pip install 'scribe-tui[ffmpeg]'" in caught.value.sentence
    await decoder.stop()


async def test_the_bundled_decoder_is_the_second_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("imageio_ffmpeg")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert Path(program.find_decoder()).name.startswith("ffmpeg")


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("not a program", r"cannot be started|ended with status 12\d"),
        ("#!/bin/sh\nexit 3\n", "ended with status 3"),
        ("#!/bin/sh\necho 'ffmpeg: error while loading libx' >&2; exit 127\n", "127: .*libx"),
        ("#!/bin/sh\nkill -SEGV $$\n", "ended by SIGSEGV"),
    ],
)
@pytest.mark.parametrize("is_live", [True, False])
async def test_a_broken_decoder_is_named_and_not_the_source(
    make_decoder: Callable[..., Decoder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    script: str,
    reason: str,
    is_live: bool,
) -> None:
    """One that exits at once leaves no exceptions in callbacks behind either."""
    decoder = make_decoder(is_live=is_live)
    broken = tmp_path / "ffmpeg"
    broken.write_text(script)
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    try:
        with pytest.raises(SourceError, match=f"The decoder {broken} does not work.*({reason})"):
            await decoder.start()
            assert not await decoder.read(3200)
            await decoder.wait_exit()
            raise decoder.problem or AssertionError("nothing was said")
        with pytest.raises(SourceError, match="does not work"):
            await program.decoder_version(str(broken))
    finally:
        await decoder.stop()
    assert not caplog.records


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds another process")
async def test_a_decoder_has_a_bound_to_its_memory(
    make_decoder: Callable[..., Decoder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = make_decoder()
    greedy = tmp_path / "ffmpeg"
    greedy.write_text(
        f"#!{sys.executable}\nimport sys\n"
        "sys.stderr.write('[info] hello\\n'); sys.stderr.flush()\n"
        "sys.stdin.read()\n"
        "held = []\n"
        "try:\n    while True: held.append(bytearray(1 << 24))\n"
        "except MemoryError:\n    size = len(held)\n    held = []\n"
        "    sys.stderr.write(f'[error] {size} Cannot allocate memory\\n')\n    sys.exit(1)\n"
    )
    greedy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    await decoder.start()
    assert not await decoder.read(3200)
    await decoder.wait_exit()
    await decoder.stop()
    assert decoder.problem is not None
    assert "wanted more than 768 MB of memory" in decoder.problem.sentence


async def test_what_flags_this_decoder_knows(decoder: str) -> None:
    flags = await program.hls_flags(decoder)
    assert set(flags[::2]) <= {"-extension_picky", "-allowed_segment_extensions"}
    assert await program.hls_flags(decoder) is flags
