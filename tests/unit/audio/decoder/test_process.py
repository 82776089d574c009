"""The real decoder process: sound out, stalls noticed, and nothing left behind."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from scribe_tui.audio.decoder import program
from scribe_tui.audio.decoder.command import file_input, url_input
from scribe_tui.audio.decoder.pipe_rest import LISTEN_SECONDS
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import Retry, SourceError
from tests.support.web import Web
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
        least = 3.5 if chunk / 10 <= LISTEN_SECONDS else 1.5
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


async def test_stopping_ends_it_whatever_it_is_doing(
    web: Web,
    audio_format: AudioFormat,
    children: Callable[[], set[int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scribe_tui.audio.decoder.process.EXIT_SECONDS", 60.0)
    descriptors = open_descriptors()
    before = children()
    paths = ["/live", "/mute", "/headers", "/stall", "/404", "/tone.mp3"]
    loop = asyncio.get_running_loop()
    for path in paths:
        source = url_input(web.url(path))
        decoder = Decoder(source, audio_format, "x", capacity_seconds=60.0)
        await decoder.start()
        began = loop.time()
        await decoder.stop()
        await decoder.stop()
        assert loop.time() - began < 30.0, f"{path}: it waited in vain"
    assert children() <= before
    await web.stop()
    await asyncio.sleep(0)
    assert open_descriptors() <= descriptors


async def test_a_cancelled_start_leaves_no_process(
    web: Web, audio_format: AudioFormat, children: Callable[[], set[int]], eventually: Eventually
) -> None:
    before = children()
    decoder = Decoder(url_input(web.url("/mute")), audio_format, "x", capacity_seconds=2.0)
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


async def test_no_bytes_is_a_stall(web: Web, audio_format: AudioFormat) -> None:
    source = url_input(web.url("/headers"))
    decoder = Decoder(source, audio_format, "radio", capacity_seconds=2.0, stall_seconds=0.2)
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


async def test_a_decoder_that_cannot_run(
    make_decoder: Callable[..., Decoder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = make_decoder()
    broken = tmp_path / "ffmpeg"
    broken.write_text("not a program")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="cannot be started"):
        await decoder.start()
    await decoder.stop()
