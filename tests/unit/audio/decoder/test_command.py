"""What is handed to ffmpeg, and what must never be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.audio.decoder.command import (
    FileReadOptions,
    command,
    environment,
    file_input,
    pipe_input,
    relay_input,
)
from scribe_tui.audio.format import AudioFormat


def test_an_address_is_one_of_the_relay(audio_format: AudioFormat) -> None:
    source = relay_input("http://source.invalid/sound", {"http_proxy": "http://x:y@127.0.0.1:1"})
    argv = command("ffmpeg", source, audio_format)
    text = " ".join(argv)
    assert argv[argv.index("-i") + 1] == "http://source.invalid/sound"
    assert argv[argv.index("-protocol_whitelist") + 1] == "http,tcp"
    assert "127.0.0.1" not in text
    assert "-formatprobesize 65536" in text
    assert "-ar 16000 -f s16le" in text
    assert "reconnect" not in text
    assert "nobuffer" not in text


@pytest.mark.parametrize("name", ["-i.mp3", "http:", "50%20.mp3", "a|b", "concat:x"])
def test_a_file_name_is_only_a_file_name(name: str) -> None:
    source = file_input(Path(name))
    assert source.arguments[-1] == f"file:{Path.cwd() / name}"
    assert source.arguments[:2] == ("-protocol_whitelist", "file,crypto")


def test_a_file_is_read_as_it_needs(audio_format: AudioFormat) -> None:
    reading = FileReadOptions(
        ignore_length=True, long_probe=True, track=2, seconds=60, fill_holes=True
    )
    text = " ".join(command("ffmpeg", file_input(Path("a.wav"), reading), audio_format))
    for part in ("-ignore_length 1", "-probesize", "-map 0:a:2", "-t 60", "first_pts=0"):
        assert part in text


def test_a_pipe_is_read_from_stdin_alone() -> None:
    assert pipe_input(7).stdin == 7
    assert pipe_input(7).arguments[-1] == "pipe:0"
    assert pipe_input(7).arguments[:2] == ("-protocol_whitelist", "pipe")


def test_the_environment_is_clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AV_LOG_FORCE_COLOR", "FFREPORT", "HTTP_PROXY", "https_proxy", "MY_SECRET"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PULSE_SERVER", "unix:/x")
    found = environment({"http_proxy": "relay"})
    assert found["http_proxy"] == "relay"
    assert found["LC_ALL"] == "C"
    assert found["PULSE_SERVER"] == "unix:/x"
    assert not {"AV_LOG_FORCE_COLOR", "FFREPORT", "HTTP_PROXY", "https_proxy", "MY_SECRET"} & set(
        found
    )
