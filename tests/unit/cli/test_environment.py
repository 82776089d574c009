"""What of the environment and of `.env` counts; `.env` stops no start and takes no key."""

import os
import time
from pathlib import Path

import pytest

from scribe_tui.cli.environment import read_environment, right_time_zone
from scribe_tui.cli.start import check, read_settings
from scribe_tui.errors import UsageError
from scribe_tui.event_records import to_record
from scribe_tui.events import TitleChanged

KEY = "ELEVENLABS_API_KEY"
OURS = {KEY: "sk_of_the_environment"}
FAR = "wss://stranger.example"


def write(text):
    Path(".env").write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize("name", ["SCRIBE_ENDPOINT", "SCRIBE_CONFIG", "SCRIBE_INSECURE"])
@pytest.mark.parametrize("own_key", ["", f"{KEY}=sk_of_the_file\n"])
def test_a_strangers_file_does_not_say_where_the_key_goes(name, own_key):
    write(f"{own_key}{name}={FAR}\n")
    found, warnings = read_environment(OURS)
    assert name not in found
    assert found[KEY] == OURS[KEY]
    assert len(warnings) == 1
    assert name in warnings[0]
    assert "sk_" not in warnings[0]


def test_an_endpoint_counts_with_the_files_own_key_or_from_the_environment():
    write(f"{KEY}=sk_of_the_file\nSCRIBE_ENDPOINT={FAR}\n")
    assert read_environment({}) == ({KEY: "sk_of_the_file", "SCRIBE_ENDPOINT": FAR}, [])
    own = OURS | {"SCRIBE_ENDPOINT": "wss://mine.example"}
    assert read_environment(own) == (own, [])
    write("SCRIBE_ENDPOINT=local\n")
    assert read_environment(OURS)[0]["SCRIBE_ENDPOINT"] == "local"


def test_the_environments_key_stays_home_through_the_whole_start(monkeypatch, capsys):
    write(f"SCRIBE_ENDPOINT={FAR}\n")
    monkeypatch.setenv(KEY, OURS[KEY])
    checked = check(read_settings({"sources": ("mic",)}))
    assert checked.endpoint.url == "wss://api.elevenlabs.io"
    assert "SCRIBE_ENDPOINT in .env is ignored" in capsys.readouterr().err


def test_an_empty_key_does_not_hide_the_one_in_the_file():
    write(f"{KEY}=sk_of_the_file\nSCRIBE_ENDPOINT={FAR}\nSCRIBE_LANGUAGE=de\n")
    found, warnings = read_environment({KEY: "  ", "SCRIBE_LANGUAGE": "", "OTHER": ""})
    assert found == {
        KEY: "sk_of_the_file",
        "SCRIBE_ENDPOINT": FAR,
        "SCRIBE_LANGUAGE": "de",
        "OTHER": "",
    }
    assert warnings == []


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            "# Schl\xfcssel\nSCRIBE_LANGUAGE=de\n".encode("latin-1"),
            ".env, line 1: this is not UTF-8",
        ),
        ("this is no line\nSCRIBE_LANGUAGE=de\n", ".env, line 1: this is not NAME=VALUE"),
        ("='x'\nSCRIBE_LANGUAGE=de\n", ".env, line 1: this is not NAME=VALUE"),
    ],
)
def test_a_line_that_is_none_is_left_out_with_a_warning(text, warning, capfd):
    write(text)
    found, warnings = read_environment({})
    assert found == {"SCRIBE_LANGUAGE": "de"}
    assert len(warnings) == 1
    assert warnings[0].startswith(warning)
    assert capfd.readouterr().err == ""


def test_a_file_of_nothing_but_noise_is_bounded():
    write(b"\xff\xfe\x00nonsense \n" * 100_000)
    found, warnings = read_environment({})
    assert found == {}
    assert 0 < len(warnings) <= 10


def test_a_byte_order_mark_a_nul_and_carriage_returns_are_no_fault():
    write(b"\xef\xbb\xbfSCRIBE_LANGUAGE=d\x00e\r\nSCRIBE_SECONDS=5\r\n")
    assert read_environment({}) == ({"SCRIBE_LANGUAGE": "de", "SCRIBE_SECONDS": "5"}, [])


def test_a_variable_in_a_value_is_no_variable():
    write(f"{KEY}=sk_a${{HOME}}b\nSCRIBE_LOG_DIR=$HOME/${{X:-y}}\n")
    assert read_environment({"HOME": "/home/u"})[0] == {
        "HOME": "/home/u",
        KEY: "sk_a${HOME}b",
        "SCRIBE_LOG_DIR": "$HOME/${X:-y}",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_another_user_is_not_read():
    write(f"{KEY}=sk_of_the_file\n")
    os.chown(".env", 12345, 12345)
    assert read_environment({}) == ({}, [".env belongs to another user and is ignored."])


@pytest.mark.parametrize("mode", [0o666, 0o646, 0o777])
def test_a_file_that_others_may_write_into_does_not_say_where_its_own_key_goes(mode):
    write(f"{KEY}=sk_of_the_file\nSCRIBE_ENDPOINT={FAR}\n")
    Path(".env").chmod(mode)
    found, warnings = read_environment({})
    assert found == {KEY: "sk_of_the_file"}
    assert len(warnings) == 1
    assert "SCRIBE_ENDPOINT in .env is ignored" in warnings[0]
    assert "chmod go-w .env" in warnings[0]


def test_the_group_of_ones_own_is_nobody_else():
    write(f"{KEY}=sk_of_the_file\nSCRIBE_ENDPOINT={FAR}\n")
    Path(".env").chmod(0o664)
    assert read_environment({})[0]["SCRIBE_ENDPOINT"] == FAR
    if os.geteuid() == 0:
        os.chown(".env", -1, 12345)
        assert "SCRIBE_ENDPOINT" not in read_environment({})[0]


def test_of_a_file_that_is_too_large_no_half_line_counts():
    write("SCRIBE_LANGUAGE=de\n" + "A=1\n" * 250_000)
    found, warnings = read_environment({})
    assert found == {"SCRIBE_LANGUAGE": "de", "A": "1"}
    assert warnings == [".env is larger than 1 MB, the rest of it is ignored."]


def test_what_is_no_file_is_not_waited_for():
    os.mkfifo(".env")
    assert read_environment({}) == ({}, [".env is no file and is ignored."])
    Path(".env").unlink()
    Path(".env").mkdir()
    assert read_environment({}) == ({}, [])


def test_a_folder_that_is_gone_or_closed_is_no_fault(tmp_path, monkeypatch):
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    assert read_environment({}) == ({}, [])

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    assert read_environment({})[1] == [".env cannot be read and is ignored: Permission denied."]


@pytest.mark.parametrize(
    ("name", "guess"),
    [("SCRIBE_LANGAUGE", "SCRIBE_LANGUAGE"), ("SCRIBE_LOGDIR", "SCRIBE_LOG_DIR")],
)
def test_a_misspelt_variable_is_told_with_a_guess(name, guess):
    told = [f"There is no setting {name}, it is ignored. Did you mean {guess}?"]
    assert read_environment({name: "x"})[1] == told
    write(f"{name}=x\n")
    assert read_environment({})[1] == told


def test_known_variables_are_not_called_misspelt():
    names = ["SCRIBE_CONFIG", "SCRIBE_NO_MOUSE", "SCRIBE_KEYTERM", "SCRIBE_ALERT_NAMES", "SCRIBE"]
    assert read_environment(dict.fromkeys(names, "x"))[1] == []


@pytest.mark.parametrize("flags", [{"log_dir": "a\0b"}, {"sources": ("a\0b.wav",)}])
def test_a_nul_in_a_path_is_a_sentence(flags):
    with pytest.raises(UsageError, match="NUL"):
        read_settings({"sources": ("mic",), **flags})


@pytest.mark.parametrize(
    ("zone", "told"), [("<+99>-99:99", True), ("Mars/Olympus", False), ("Europe/Berlin", False)]
)
def test_a_time_zone_that_no_time_can_have_is_utc(monkeypatch, zone, told):
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        warning = right_time_zone()
        assert (warning is not None) is told
        assert to_record(TitleChanged(session="a", at=1.0, title="x"))["at"]
    finally:
        monkeypatch.undo()
        time.tzset()
