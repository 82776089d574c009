"""What is played is heard: out of a PulseAudio null sink's monitor."""

from __future__ import annotations

import itertools
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest

from scribe_tui.audio.speakers import why_unheard
from scribe_tui.local.demo.clips import FOLDER
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.pulse import running
from tests.support.requirements import need, need_module
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE
from tests.support.web import Web

A_LINE = re.compile(r"\d\d:\d\d:\d\d w\d")
"""Something that was said stands there with its time."""
PLAY = """
import asyncio, math, struct
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.speakers import Speakers

async def main():
    audio_format = AudioFormat.parse("pcm_16000")
    tone = b"".join(struct.pack("<h", round(9000 * math.sin(2 * math.pi * 440 * n / 16000)))
                    for n in range(32000))
    async with Speakers(audio_format, "pulse") as speakers:
        for _ in range(3):
            assert speakers.play(tone)
        async with asyncio.timeout(60):
            await speakers.played()
    print("played")

asyncio.run(main())
"""


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[dict[str, str]]:
    program = need("pulseaudio")
    need("parec")
    need_module("sounddevice")
    with running(tmp_path, program) as (_, environ):
        yield environ


class Ear:
    """What comes out of the null sink, as s16 mono at 16 kHz, read until it is enough."""

    def __init__(self, environ: dict[str, str]) -> None:
        argv = ["parec", "--device=vmic.monitor", "--rate=16000", "--channels=1"]
        self._recorder = subprocess.Popen(
            [*argv, "--format=s16le"], env=environ, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._recorder.kill()
        self._recorder.communicate()

    def wait_for(self, loud: bool) -> None:
        """Read until a whole tenth of a second is loud, or half a second is silent."""
        assert self._recorder.stdout is not None
        quiet = 0
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            piece = self._recorder.stdout.read(3200)
            assert piece, "the recorder ended"
            is_loud = max(memoryview(piece).cast("h")) > 300
            quiet = 0 if is_loud else quiet + 1
            if is_loud if loud else quiet >= 5:
                return
        raise AssertionError("never " + ("heard" if loud else "silent"))


@pytest.mark.system
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of forkpty:DeprecationWarning")
@pytest.mark.early(10)
def test_the_key_lets_a_station_be_heard_and_hushes_it(
    sound_server: dict[str, str], tmp_path: Path
) -> None:
    need("ffmpeg")
    station = Web((FOLDER / "night-desk.mp3").read_bytes(), byte_rate=8000)
    env = {name: value for name, value in sound_server.items() if not name.startswith("SSH_")}
    env |= {"ELEVENLABS_API_KEY": KEY, "XDG_STATE_HOME": str(tmp_path / "state")}
    env |= {"SCRIBE_TRANSPORT": "websocket"}
    with InBackground(StrictEndpoint()) as service, InBackground(station) as web:
        words = [f"radio={web.url('/live')}", "--commit", "2", "--archive", "7d"]
        words += ["--endpoint", service.endpoint().url]
        with Ear(env) as ear, Terminal(words, env=env, cwd=tmp_path, columns=160) as terminal:
            terminal.until(A_LINE.search)
            terminal.type("o")
            terminal.until_text("on your speakers")
            ear.wait_for(loud=True)
            terminal.type("o")
            terminal.until(lambda screen: "on your speakers" not in screen)
            ear.wait_for(loud=False)
            terminal.type("k")
            terminal.until_text("scrolled")
            terminal.type("o")
            terminal.until_text("You hear")
            ear.wait_for(loud=True)
            terminal.until(lambda screen: "on your speakers" not in screen)
            ear.wait_for(loud=False)
            assert terminal.quit() == 0


@pytest.mark.long
@pytest.mark.system
def test_a_tone_is_heard(sound_server: dict[str, str]) -> None:
    root = str(Path(__file__).parents[2])
    argv = ["parec", "--device=vmic.monitor", "--rate=16000", "--channels=1", "--format=s16le"]
    recorder = subprocess.Popen(argv, env=sound_server, stdout=subprocess.PIPE)
    player = subprocess.Popen(
        [sys.executable, "-c", PLAY],
        env={**sound_server, "PYTHONPATH": root},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert recorder.stdout is not None
        loud = b""
        while len(loud) < 32000:
            piece = recorder.stdout.read(3200)
            assert piece, "the recorder ended"
            if loud or max(memoryview(piece).cast("h")) > 3000:
                loud += piece
    finally:
        recorder.kill()
        recorder.communicate()
    said, complaint = player.communicate(timeout=60)
    assert said == "played\n", complaint
    samples = memoryview(loud[3200:32000]).cast("h")
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    assert crossings * 16000 / len(samples) == pytest.approx(440, abs=25)


def test_over_ssh_it_says_why_not_and_offers_the_clip() -> None:
    sentence = why_unheard({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"})
    assert sentence is not None
    assert "clip" in sentence
    assert why_unheard({}) is None
