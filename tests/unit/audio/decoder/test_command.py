"""What is handed to ffmpeg, and what must never be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.audio.decoder.command import command, environment, file_input, url_input
from scribe_tui.audio.format import AudioFormat


def test_an_address_comes_with_its_limits(audio_format: AudioFormat) -> None:
    argv = command("ffmpeg", url_input("http://radio.example/a"), audio_format)
    text = " ".join(argv)
    assert argv[argv.index("-i") + 1] == "http://radio.example/a"
    assert "-rw_timeout 15000000 -user_agent scribe-tui/" in text
    assert "-formatprobesize 65536" in text
    assert "-ac 1 -ar 16000 -f s16le" in text
    assert "file" not in argv[argv.index("-protocol_whitelist") + 1]
    assert "reconnect" not in text
    assert "nobuffer" not in text


@pytest.mark.parametrize(
    "url", ["https://ada:s3cret@radio.example/a", "http://radio.example/a?token=s3cret"]
)
def test_a_secret_never_enters_the_argument_list(audio_format: AudioFormat, url: str) -> None:
    source = url_input(url)
    assert "s3cret" not in " ".join(command("ffmpeg", source, audio_format))
    assert f"file '{url}'\n".encode() in source.stdin


def test_the_script_cannot_be_broken_out_of() -> None:
    script = url_input("http://a:b@x/it's").stdin.decode()
    assert "file 'http://a:b@x/it'\\''s'\n" in script


@pytest.mark.parametrize("name", ["-i.mp3", "http:", "50%20.mp3", "a|b", "concat:x"])
def test_a_file_name_is_only_a_file_name(name: str) -> None:
    source = file_input(Path(name))
    assert source.arguments[-1] == f"file:{Path.cwd() / name}"
    assert source.arguments[:2] == ("-protocol_whitelist", "file,crypto")


def test_certificates_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    assert Path(environment()["SSL_CERT_FILE"]).is_file()
    monkeypatch.setenv("SSL_CERT_FILE", "/mine")
    assert environment()["SSL_CERT_FILE"] == "/mine"
