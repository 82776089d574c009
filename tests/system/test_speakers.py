"""What is played is heard: out of a PulseAudio null sink's monitor."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe_tui.audio.speakers import why_unheard
from tests.support.pulse import running
from tests.support.requirements import need, need_module

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
