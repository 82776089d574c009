"""A real PulseAudio: its sources and monitors are listed and heard by their names."""

from __future__ import annotations

import itertools
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.program import run
from tests.support.pulse import running
from tests.support.requirements import need
from tests.system.test_microphone import write_tone

pytestmark = pytest.mark.system

LISTEN = """
import asyncio, sys, time
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.audio.open import open_source

async def main(address, seconds):
    async with open_source(address, AudioFormat.parse("pcm_16000")) as source:
        heard, loud, began = 0, b"", None
        async for chunk in source:
            began = began or time.monotonic()
            heard += chunk.samples
            if level_dbfs(chunk.pcm) > -30:
                loud += chunk.pcm
                print("hearing", file=sys.stderr, flush=True)
            if time.monotonic() - began > seconds:
                break
        lost = source.status.dropped_samples
        print((heard + lost) / 16000, time.monotonic() - began, file=sys.stderr)
    sys.stdout.buffer.write(loud)

asyncio.run(main(sys.argv[1], float(sys.argv[2])))
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    program = need("pulseaudio")
    need("paplay")
    if (
        "pulse"
        not in subprocess.run(
            [need("ffmpeg"), "-hide_banner", "-devices"],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    ):
        pytest.skip("this ffmpeg was built without PulseAudio")
    with running(tmp_path, program) as started:
        yield started


@pytest.fixture
def environ(
    server: tuple[subprocess.Popen[bytes], dict[str, str]], tmp_path: Path
) -> Iterator[dict[str, str]]:
    write_tone(tmp_path / "tone.wav", 60)
    player = subprocess.Popen(["paplay", str(tmp_path / "tone.wav")], env=server[1])
    try:
        yield server[1]
    finally:
        player.kill()
        player.wait()


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "address", ["pulse:vmic.monitor", "pulse:mic", "pulse", "mic:vmic.monitor"]
)
def test_a_source_is_heard_by_its_name(environ: dict[str, str], address: str) -> None:
    listener = subprocess.run(
        [sys.executable, "-c", LISTEN, address, "3"],
        env=environ, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert listener.returncode == 0, listener.stderr.decode()
    samples = memoryview(listener.stdout).cast("h")
    assert len(samples) > 16000
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    assert crossings * 16000 / len(samples) == pytest.approx(1000, abs=15)


def test_devices_lists_them(environ: dict[str, str]) -> None:
    done = run(["devices"], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "pulse:vmic.monitor  Monitor of " in done.stdout
    assert re.search(r"pulse:mic .*\(sound server, the default\)", done.stdout)


WATCH = """
import asyncio, sys
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.open import open_source
from scribe_tui.errors import SourceError

async def main(address):
    async with open_source(address, AudioFormat.parse("pcm_16000")) as source:
        print("heard", flush=True)
        try:
            async for chunk in source:
                if source.status.notices:
                    print(source.status.notices[-1])
                    return
        except SourceError as error:
            print(error.message)

asyncio.run(main(sys.argv[1]))
"""


def control(environ: dict[str, str], *words: str) -> str:
    """What pactl says; its number, of a module that it loads."""
    done = subprocess.run(
        ["pactl", *words], env=environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "pulse:other.monitor",
            "The sound server gave mic in the place of sound source ",
        ),
        ("pulse", "the sound server gives mic now instead of other.monitor"),
        ("mic", "the sound server gives mic now instead of other.monitor"),
    ],
)
def test_a_source_in_the_place_of_another_is_told(
    environ: dict[str, str], address: str, said: str
) -> None:
    """PulseAudio gives the stream of a source that is gone another one, and tells nobody."""
    need("pactl")
    module = control(environ, "load-module", "module-null-sink", "sink_name=other")
    control(environ, "set-default-source", "other.monitor")
    with subprocess.Popen(
        [sys.executable, "-c", WATCH, address], env=environ, stdout=subprocess.PIPE, text=True
    ) as listener:
        try:
            assert listener.stdout is not None
            assert listener.stdout.readline() == "heard\n"
            control(environ, "set-default-source", "mic")
            control(environ, "unload-module", module)
            told, _ = listener.communicate(timeout=30)
        finally:
            listener.kill()
    assert told.startswith(said)


@pytest.mark.long
def test_of_a_suspended_server_all_is_heard_or_counted(
    server: tuple[subprocess.Popen[bytes], dict[str, str]], environ: dict[str, str]
) -> None:
    listener = subprocess.Popen(
        [sys.executable, "-c", LISTEN, "pulse:vmic.monitor", "10"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert listener.stderr is not None
        for _ in range(10):
            assert listener.stderr.readline() == b"hearing\n"
        server[0].send_signal(signal.SIGSTOP)
        with pytest.raises(subprocess.TimeoutExpired):
            listener.wait(3.0)  # so long nothing comes
        server[0].send_signal(signal.SIGCONT)
        _, said = listener.communicate(timeout=60)
    finally:
        server[0].send_signal(signal.SIGCONT)
        listener.kill()
        listener.wait()
    accounted, passed = map(float, said.decode().splitlines()[-1].split())
    assert accounted == pytest.approx(passed, abs=1.0)
