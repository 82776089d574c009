"""`doctor` tries everything once and says it in a line each; `devices` lists or explains."""

import os

import certifi
import pytest

from scribe_tui.audio.microphone.microphone_source import Microphone
from scribe_tui.cli import devices, doctor
from scribe_tui.cli.start import read_settings
from scribe_tui.errors import Retry, SourceError
from scribe_tui.scribe.subscription import Subscription
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.script import Script
from tests.support.small_disk import fill, small_disk

DESK = Microphone(2, "Desk", 2, 48000, is_default=True)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Listen briefly, and to no real sound system."""
    monkeypatch.setattr(doctor, "LISTEN_SECONDS", 0.3)
    monkeypatch.setattr(doctor, "list_microphones", lambda: (DESK,))


@pytest.fixture
def examine(monkeypatch, capsys):
    """Run `doctor` on the strict endpoint: (exit code, mark and text by subject)."""

    def run(*sources, script=None, key=KEY, **flags):
        monkeypatch.setenv("ELEVENLABS_API_KEY", key)
        with InBackground(StrictEndpoint(script or Script())) as service:
            given = {"sources": sources, "endpoint": service.endpoint().url, **flags}
            code = doctor.run_doctor(read_settings({"transport": "websocket", **given}))
        lines = capsys.readouterr().out.splitlines()
        findings = {}
        for line in lines:
            mark, _, rest = line.partition(" ")
            subject, _, text = rest.strip().partition(": ")
            findings[subject] = (mark, text)
        return code, findings

    return run


def test_when_all_is_well_every_line_is_ok(examine, home, tmp_path):
    (home / "clip.pcm").write_bytes(b"".join(numbered_pcm(2, first=3000)))
    code, findings = examine("clip.pcm", log_dir=str(tmp_path / "logs"))
    assert {mark for mark, _ in findings.values()} == {"ok"}
    assert code == 0
    assert "started a session in" in findings["endpoint"][1]
    assert "ffmpeg version" in findings["decoder"][1]
    assert "mic:2 Desk" in findings["microphones"][1]
    assert "dBFS" in findings["clip"][1]
    assert not list((tmp_path / "logs").iterdir())
    assert not any(KEY in text for _, text in findings.values())


def test_an_endpoint_of_a_sources_own_has_a_line_of_its_own(examine, home):
    (home / "clip.pcm").write_bytes(b"".join(numbered_pcm(1, first=3000)))
    (home / "x.toml").write_text(
        '[[source]]\nsource = "far=clip.pcm"\nendpoint = "ws://127.0.0.1:9"\n'
    )
    code, findings = examine(config=str(home / "x.toml"), endpoint=None)
    assert code == 1
    assert "endpoint" not in findings
    assert findings["endpoint of far"][0] == "FAIL"
    assert "127.0.0.1:9" in findings["endpoint of far"][1]


def test_what_fails_is_marked_and_the_rest_is_still_tried(examine, home):
    (home / "silent.pcm").write_bytes(bytes(32000))
    code, findings = examine(
        "gone.mp3",
        "silent.pcm",
        key="sk_wrong_1234",
        log_dir="/proc/logs",
        audio_format="pcm_16000",
    )
    assert code == 1
    assert findings["endpoint"][0] == "FAIL"
    assert "key" in findings["endpoint"][1]
    assert "sk_wrong" not in findings["endpoint"][1]
    assert findings["log folder"][0] == "FAIL"
    assert findings["gone"] == ("FAIL", findings["gone"][1])
    assert "There is no file" in findings["gone"][1]
    assert findings["silent"][0] == "warn"
    assert "silent" in findings["silent"][1]


def test_a_connection_that_starts_no_session_is_no_endpoint(examine, monkeypatch):
    monkeypatch.setattr(doctor, "_HANDSHAKE_SECONDS", 0.3)
    code, findings = examine(script=Script(starts=False))
    assert code == 1
    assert "no session" in findings["endpoint"][1]


def test_no_microphone_is_only_a_warning(examine, monkeypatch):
    def no_portaudio():
        raise SourceError("no PortAudio", "Microphones need PortAudio.", retry=Retry.NEVER)

    monkeypatch.setattr(doctor, "list_microphones", no_portaudio)
    code, findings = examine()
    assert (code, findings["microphones"]) == (0, ("warn", "Microphones need PortAudio."))


def test_devices_tells_what_mic_takes(monkeypatch, capsys):
    monkeypatch.setattr(devices, "list_microphones", lambda: (DESK,))
    assert devices.run_devices() == 0
    assert capsys.readouterr().out == "mic:2  Desk  (2 channels, 48000 Hz, the default)\n"
    monkeypatch.setattr(devices, "list_microphones", lambda: ())
    assert devices.run_devices() == 1
    assert "No microphone was found" in capsys.readouterr().err


def test_the_subscription_is_told_where_the_service_says_so(examine, monkeypatch):
    found = Subscription("creator, has open invoices.", is_worrying=True)
    monkeypatch.setattr(doctor, "read_subscription", lambda endpoint: found)
    assert examine()[1]["subscription"] == ("warn", "creator, has open invoices.")
    monkeypatch.setattr(doctor, "read_subscription", lambda endpoint: None)
    assert "subscription" not in examine()[1]


def test_a_full_disk_is_found_though_a_file_could_be_made_on_it(examine, monkeypatch, tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        monkeypatch.setenv("XDG_STATE_HOME", str(disk / "state"))
        full = fill(disk)
        os.truncate(full, full.stat().st_size - 100_000)
        code, findings = examine(log_dir=str(disk))
    assert code == 1
    for subject in ("log folder", "diagnostics"):
        assert findings[subject][0] == "FAIL"
        assert "cannot be written: No space left on device." in findings[subject][1]


def test_a_state_folder_that_cannot_be_written_is_found(examine, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    code, findings = examine(log_dir=str(tmp_path / "logs"))
    assert code == 1
    assert findings["log folder"][0] == "ok"
    assert findings["diagnostics"][0] == "FAIL"
    assert "XDG_STATE_HOME" in findings["diagnostics"][1]


@pytest.mark.parametrize("does", ["exit 0", "exit 1", "kill -SEGV $$"])
def test_a_decoder_that_decodes_nothing_is_found(examine, monkeypatch, tmp_path, does):
    """It knows its version; that is all."""
    broken = tmp_path / "bin" / "ffmpeg"
    broken.parent.mkdir()
    broken.write_text(f'#!/bin/sh\n[ "$1" = -version ] && echo ffmpeg version 9 && exit\n{does}\n')
    broken.chmod(0o755)
    monkeypatch.setattr(doctor, "find_decoder", lambda: str(broken))
    monkeypatch.setattr("scribe_tui.audio.decoder.process.find_decoder", lambda: str(broken))
    code, findings = examine()
    assert code == 1
    assert findings["decoder"][0] == "FAIL"
    assert str(broken) in findings["decoder"][1]


@pytest.mark.parametrize(
    ("variable", "name", "lack"),
    [
        ("SSL_CERT_FILE", "gone.pem", "is not there"),
        ("SSL_CERT_FILE", "pipe", "is no file"),
        ("SSL_CERT_FILE", "empty.pem", "holds no certificate"),
        ("SSL_CERT_DIR", "empty.pem", "is no folder"),
    ],
)
def test_a_certificate_variable_that_leads_nowhere_is_found(
    monkeypatch, home, variable, name, lack
):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    os.mkfifo(home / "pipe")
    (home / "empty.pem").touch()
    monkeypatch.setenv(variable, str(home / name))
    found = doctor._certificates()
    assert found.mark is doctor.CheckResult.FAIL
    assert f"{home / name}, which {lack}: nothing is trusted." in found.text


def test_a_certificate_variable_that_names_one_is_fine(examine, monkeypatch):
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    assert examine()[1]["certificates"] == ("ok", "those that SSL_CERT_FILE names are trusted.")
