"""Levels in dBFS, dead air, and clips."""

from __future__ import annotations

import math
import struct
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.levels import Air, DeadAirDetector, export_clip, level_dbfs
from scribe_tui.errors import UsageError


def tone(amplitude: float, samples: int = 1600) -> bytes:
    peak = amplitude * 32767
    values = (round(peak * math.sin(2 * math.pi * 440 * n / 16000)) for n in range(samples))
    return struct.pack(f"<{samples}h", *values)


def test_levels() -> None:
    assert level_dbfs(tone(1.0)) == pytest.approx(-3.01, abs=0.05)
    assert level_dbfs(tone(0.1)) == pytest.approx(-23.01, abs=0.05)
    assert level_dbfs(bytes(3200)) == -math.inf
    assert level_dbfs(b"") == -math.inf


def test_dead_air_is_raised_once_and_cleared_once() -> None:
    detector = DeadAirDetector(threshold_dbfs=-50.0, seconds=1.0)
    levels = [-20.0] * 5 + [-60.0] * 9 + [-20.0] + [-math.inf] * 12 + [-10.0] * 2
    told = {n: air for n, level in enumerate(levels) if (air := detector.hear(0.1001, level))}
    assert told == {24: Air.DEAD, 27: Air.ALIVE}
    assert not detector.is_dead


def test_a_clip_becomes_a_wave_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    path = tmp_path / "clip.wav"
    export_clip(tone(0.5), AudioFormat.parse("pcm_16000"), path)
    with wave.open(str(path)) as clip:
        assert (clip.getframerate(), clip.getnchannels(), clip.getnframes()) == (16000, 1, 1600)
        assert clip.readframes(1600) == tone(0.5)


def test_a_clip_becomes_an_mp3(decoder: str, tmp_path: Path) -> None:
    path = tmp_path / "clip.mp3"
    export_clip(tone(0.5, 16000), AudioFormat.parse("pcm_16000"), path)
    subprocess.run([decoder, "-v", "error", "-i", str(path), "-f", "null", "-"], check=True)


def test_no_other_clips(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"clip.exe"):
        export_clip(b"", AudioFormat.parse("pcm_16000"), tmp_path / "clip.exe")


def test_measuring_is_silent_and_loaded_late() -> None:
    code = (
        "import sys, scribe_tui.audio.levels as levels;"
        "assert 'pydub' not in sys.modules;"
        "levels.level_dbfs(bytes(320));"
        "assert 'pydub' in sys.modules"
    )
    argv = [sys.executable, "-B", "-W", "always::RuntimeWarning:pydub", "-c", code]
    run = subprocess.run(argv, env={"PATH": "/nonexistent"}, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
