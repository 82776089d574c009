"""A real PulseAudio with a null sink for a microphone: what is played is what is heard."""

from __future__ import annotations

import itertools
import math
import os
import signal
import struct
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.pulse import running
from tests.support.requirements import need, need_module

pytestmark = pytest.mark.system

LISTEN = """
import asyncio, sys
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.microphone.microphone_source import MicrophoneSource, list_microphones
from scribe_tui.audio.pcm.level import level_dbfs

async def main():
    names = [microphone.name for microphone in list_microphones()]
    assert "pulse" in names, names
    async with MicrophoneSource("pulse", AudioFormat.parse("pcm_16000")) as source:
        loud = b""
        async for chunk in source:
            assert chunk.samples == 1600
            if level_dbfs(chunk.pcm) > -20:
                loud += chunk.pcm
            if len(loud) >= 2 * 32000:
                break
        assert source.status.overruns == 0, source.status
    sys.stdout.buffer.write(loud)

async def listen_until_it_ends():
    from scribe_tui.errors import SourceError
    microphone = MicrophoneSource(None, AudioFormat.parse("pcm_16000"), stall_seconds=5.0)
    async with microphone as source:
        try:
            async for chunk in source:
                print("hearing", flush=True)
        except SourceError as error:
            print(error.sentence, error.retry.value, flush=True)

asyncio.run(globals()[sys.argv[1]]())
"""


@pytest.fixture
def sound_server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    program = need("pulseaudio")
    need("paplay")
    need_module("sounddevice")
    with running(tmp_path, program) as server:
        yield server


def write_tone(path: Path, seconds: int) -> None:
    samples = (round(16000 * math.sin(2 * math.pi * 1000 * n / 16000)) for n in range(16000))
    pcm = struct.pack("<16000h", *samples) * seconds
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(pcm)


def test_a_tone_that_is_played_is_heard(
    sound_server: tuple[subprocess.Popen[bytes], dict[str, str]], tmp_path: Path
) -> None:
    _, environ = sound_server
    write_tone(tmp_path / "tone.wav", 60)
    player = subprocess.Popen(["paplay", str(tmp_path / "tone.wav")], env=environ)
    try:
        listener = subprocess.run(
            [sys.executable, "-c", LISTEN, "main"],
            env=environ,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        player.kill()
        player.wait()
    assert listener.returncode == 0, listener.stderr.decode()
    samples = memoryview(listener.stdout).cast("h")
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    assert crossings * 16000 / len(samples) == pytest.approx(1000, abs=10)


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (
            signal.SIGKILL,
            "The default microphone stopped: it was unplugged or the sound server ended. backoff",
        ),
        (signal.SIGSTOP, "No sound from The default microphone for 5 s. backoff"),
    ],
    ids=["dies", "hangs"],
)
def test_a_sound_server_that_fails_is_one_sentence_and_the_program_can_end(
    sound_server: tuple[subprocess.Popen[bytes], dict[str, str]],
    tmp_path: Path,
    number: int,
    sentence: str,
) -> None:
    server, environ = sound_server
    write_tone(tmp_path / "tone.wav", 30)
    player = subprocess.Popen(
        ["paplay", str(tmp_path / "tone.wav")], env=environ, stderr=subprocess.DEVNULL
    )
    listener = subprocess.Popen(
        [sys.executable, "-c", LISTEN, "listen_until_it_ends"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert listener.stdout
        # PortAudio may not notice a death in the first moments of a recording.
        for _ in range(10):
            assert listener.stdout.readline() == b"hearing\n"
        server.send_signal(number)
        rest = listener.stdout.read().decode().splitlines()
        assert listener.wait(60) == 0
    finally:
        for process in (player, listener):
            process.kill()
            process.communicate()
    assert rest[-1] == sentence


def test_no_microphone_is_one_sentence(tmp_path: Path) -> None:
    need_module("sounddevice")
    environ = dict(os.environ) | {
        "XDG_RUNTIME_DIR": str(tmp_path),
        "HOME": str(tmp_path),
        "PULSE_SERVER": f"unix:{tmp_path}/none",
    }
    code = (
        "import asyncio\n"
        "from scribe_tui.audio.format import AudioFormat\n"
        "from scribe_tui.audio.microphone.microphone_source import MicrophoneSource\n"
        "from scribe_tui.audio.microphone.microphone_source import list_microphones\n"
        "from scribe_tui.errors import SourceError\n"
        "if list_microphones(): raise SystemExit(3)\n"
        "try: asyncio.run(MicrophoneSource(None, AudioFormat.parse('pcm_16000')).__aenter__())\n"
        "except SourceError as error: print(error.sentence)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, timeout=60, check=False
    )
    if run.returncode == 3:
        pytest.skip("this machine has a microphone")
    assert run.stdout.decode().startswith(
        "The default microphone was not found: this machine has no microphone."
    )
