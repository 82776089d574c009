"""What a user may type, what becomes of it, and how it is shown."""

from __future__ import annotations

import builtins
import errno
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.microphone.microphone_source import MicrophoneSource
from scribe_tui.audio.microphone.named_microphone import NamedMicrophone
from scribe_tui.audio.microphone.pulse_source import PulseSource
from scribe_tui.audio.open import SourceKind, check_address, describe, kind_of, open_source
from scribe_tui.audio.source import may_repeat
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError, UsageError


@pytest.mark.parametrize(
    "error", [OSError(errno.EMFILE, "x"), ImportError("x.so: Too many open files")]
)
@pytest.mark.parametrize("address", ["http://radio.example/a", "talk.mp3", "pulse", "mic"])
def test_what_a_source_needs_may_not_be_loaded_for_want_of_files(
    audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch, address: str, error: Exception
) -> None:
    found = builtins.__import__

    def full(name: str, *rest: Any) -> ModuleType:
        if name.startswith("scribe_tui.audio."):
            raise error
        return found(name, *rest)

    monkeypatch.setattr(builtins, "__import__", full)
    with pytest.raises(SourceError, match="no file descriptors left") as caught:
        open_source(address, audio_format)
    assert caught.value.retry is Retry.BACKOFF


@pytest.mark.parametrize(
    ("address", "kind", "live"),
    [
        ("mic", NamedMicrophone, True),
        ("mic:3", MicrophoneSource, True),
        ("mic:USB Audio", NamedMicrophone, True),
        pytest.param("mic:" + "9" * 5000, NamedMicrophone, True, id="mic-of-5000-digits"),
        ("pulse", PulseSource, True),
        ("pulse:alsa_output.usb.monitor", PulseSource, True),
        ("http://radio.example/a", WebSource, True),
        ("HTTPS://radio.example", WebSource, True),
        ("talk.mp3", FileSource, False),
        ("./mic", FileSource, False),
    ],
)
def test_an_address_opens_its_kind_of_source(
    audio_format: AudioFormat, address: str, kind: type, live: bool
) -> None:
    source = open_source(address, audio_format)
    assert type(source) is kind
    assert source.is_live is live
    assert may_repeat(source) is (kind in (WebSource, FileSource))


def test_a_source_of_the_sound_server_is_kept_as_a_microphone_is() -> None:
    assert {kind_of(address) for address in ("mic", "mic:x", "pulse", "pulse:x")} == {
        SourceKind.MICROPHONE
    }


def test_a_dash_file_is_called_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "live.mpd"
    path.write_text("<MPD/>")
    with pytest.raises(UsageError, match="DASH manifest"):
        check_address(str(path))


@pytest.mark.parametrize(
    "address",
    [
        "ftp://a/b",
        "rtmp://a/b",
        "concat:a|b",
        "data:audio/wav,x",
        "file://elsewhere/a.wav",
        "file:a.wav",
        "pipe:0",
        "http://",
        "https://:80/",
        "http://a b/",
        "http://a:99999/",
        "http://a/\x1b[2J",
        "",
        " ",
        "a\0b",
        "~nobody-at-all/a.mp3",
        "\ud800",
    ],
)
def test_impossible_addresses_are_refused(audio_format: AudioFormat, address: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_address(address)
    assert caught.value.sentence.isprintable()
    with pytest.raises(UsageError):
        open_source(address, audio_format)


def test_a_name_below_a_file_is_missing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(UsageError, match="There is no file"):
        check_address(str(tmp_path / "file" / "below.mp3"))
    with pytest.raises(UsageError, match="cannot be read: File name too long"):
        check_address("x" * 300)


def test_files_are_looked_at_beforehand(tmp_path: Path) -> None:
    (tmp_path / "good.mp3").write_bytes(b"x")
    check_address(str(tmp_path / "good.mp3"))
    with pytest.raises(UsageError, match="is a folder"):
        check_address(str(tmp_path))
    with pytest.raises(UsageError) as caught:
        check_address("radio.example/live.mp3")
    assert caught.value.sentence == (
        "There is no file radio.example/live.mp3. For a station, begin with http:// or https://."
    )
    (tmp_path / "list.m3u").write_text("http://radio.example/")
    with pytest.raises(UsageError, match="is a playlist, not sound"):
        check_address(str(tmp_path / "list.m3u"))


def test_a_file_with_a_colon_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk: one.mp3").write_bytes(b"x")
    check_address("talk: one.mp3")
    (tmp_path / "~talk.mp3").write_bytes(b"x")
    check_address("./~talk.mp3")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("mic", "microphone"),
        ("mic:2", "microphone 2"),
        ("pulse", "sound server"),
        ("pulse:usb\x1b[2J.monitor", "sound source usb.monitor"),
        ("http://ada:s3cret@radio.example/a?token=s3cret", "http://radio.example/a?token=***"),
        ("x\x1b[2J.mp3", "x.mp3"),
    ],
)
def test_how_it_is_shown(address: str, shown: str) -> None:
    assert describe(address) == shown
