"""Clips: what is written, what is refused, and that pydub is loaded late and in silence."""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from scribe_tui.audio.clips import export_clip
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import UsageError
from tests.support.tone import tone


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


def test_pydub_is_loaded_late_and_says_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, scribe_tui.audio.clips as clips;"
        "from scribe_tui.audio.format import AudioFormat;"
        "assert 'pydub' not in sys.modules;"
        f"path = pathlib.Path({str(tmp_path / 'a.wav')!r});"
        "clips.export_clip(bytes(320), AudioFormat.parse('pcm_16000'), path);"
        "assert 'pydub' in sys.modules"
    )
    argv = [sys.executable, "-B", "-W", "always::RuntimeWarning:pydub", "-c", code]
    environ = {"PATH": "/nonexistent", "PYTHONPATH": ":".join(sys.path)}
    run = subprocess.run(argv, env=environ, capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
