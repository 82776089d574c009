"""Every bad input through the real program: one sentence with source and remedy, never a traceback.

What can be known before the screen opens ends with exit code 2; what shows only later is a
failed pane, and all other panes run. `record` stands for both: it is the same engine.
"""

import json
import os
import re
import struct
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm, words_in
from tests.support.program import PROGRAM, start
from tests.support.recording import record_until
from tests.support.web import Web

ROOT = Path(__file__).parents[2]
NO_SYSTEM_PARTS = """
import ctypes.util, sys
sys.modules["imageio_ffmpeg"] = None
ctypes.util.find_library = lambda name: None
"""
"""A `sitecustomize` for a machine where neither the wheel's ffmpeg nor PortAudio is."""


def run(*arguments, home, enough=lambda records: False, **environment):
    """Run the program to its end, or until it told enough, in an environment without a key and
    without sound devices.
    """
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    with start(
        [*map(str, arguments)],
        cwd=home,
        env={
            **kept,
            "HOME": str(home),
            "XDG_STATE_HOME": str(home / "state"),
            "PYTHONPATH": str(ROOT),
            "PULSE_SERVER": "unix:/nonexistent",
            **environment,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            out, err = record_until(process, enough)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def broken_toml(home):
    file = home / "stations.toml"
    file.write_text('language = "en"\n[[source]]\nsource = http://radio.example\n')
    return ("--config", file), ("stations.toml, line 3", "nvalid value", "Correct")


def unknown_key(home):
    file = home / "stations.toml"
    file.write_text('langauge = "en"\n')
    return ("--config", file), ("stations.toml, line 1", "langauge", "did you mean language")


def a_source_in_the_home_of_nobody(home):
    file = home / "stations.toml"
    file.write_text('[[source]]\nsource = "~nobody-at-all/x.wav"\n')
    return ("--config", file), ("stations.toml, line 2", "~nobody-at-all", "home", "Correct")


def log_folder_below_a_file(home):
    (home / "file").touch()
    return ("mic", "--log-dir", home / "file" / "x", *SPEAKING), (
        "file/x",
        "Not a directory",
        "--log-dir",
    )


def log_folder_nobody_can_write(home):
    return ("mic", "--log-dir", "/proc/logs", *SPEAKING), ("/proc/logs", "--log-dir")


def folder(home):
    return ("pub=.", *SPEAKING), ("pub: ", "is a folder", "Name one of the files")


def empty_file(home):
    (home / "void.wav").touch()
    return ("void.wav", *SPEAKING), ("void", "empty", "Name a file")


SPEAKING = ("--endpoint", "local")

BEFORE = [
    (("mic",), ("ELEVENLABS_API_KEY is not set", ".env", "scribe-tui demo")),
    ((), ("nothing to listen to", "scribe-tui demo")),
    (("gone.mp3", *SPEAKING), ("gone.mp3", "no file")),
    (folder, ()),
    (empty_file, ()),
    (("ftp://radio.example/x", *SPEAKING), ("ftp://radio.example/x", "http")),
    (("concat:a|b", *SPEAKING), ("concat:a", "http")),
    (("http://u:pass@:0/x", *SPEAKING), ("not a web address", "http://host:port/path")),
    (("--frobnicate", "mic"), ("--frobnicate", "--help")),
    (("mic", "--language", "english"), ("--language", "'english'", "en or deu")),
    (("mic", "--commit", "never"), ("--commit", "vad, manual or a number")),
    (("mic", "--audio-format", "pcm_7999"), ("--audio-format", "pcm_7999", "pcm_16000")),
    (("mic", "--keyterm", "k" * 40), ("--keyterm", "at most 20 characters", "40")),
    (("mic", "--endpoint", "file:///etc/passwd"), ("endpoint", "https")),
    (("mic", "--api-key", "sk_123456789"), ("never an argument", "ELEVENLABS_API_KEY")),
    (broken_toml, ()),
    (unknown_key, ()),
    (a_source_in_the_home_of_nobody, ()),
    (("~nobody-at-all=x.wav", *SPEAKING), ("x.wav", "no file")),
    (("mic", "--log-dir", "~nobody-at-all/x"), ("~nobody-at-all/x", "home", "whole path")),
    (("--config", "~nobody-at-all/x.toml"), ("~nobody-at-all/x.toml", "home", "whole path")),
    (log_folder_below_a_file, ()),
    (log_folder_nobody_can_write, ()),
]


@pytest.mark.some(1)
@pytest.mark.parametrize(("arguments", "told"), BEFORE)
def test_what_cannot_work_is_refused_before_anything_runs(tmp_path, arguments, told):
    if callable(arguments):
        arguments, told = arguments(tmp_path)
    done = run("record", *arguments, home=tmp_path)
    assert_one_sentence(done)
    for part in told:
        assert part in done.stderr


@pytest.mark.long
def test_the_monitor_refuses_in_the_same_words(tmp_path):
    done = run("gone.mp3", "--endpoint", "local", home=tmp_path)
    assert_one_sentence(done)
    assert "gone.mp3" in done.stderr


def test_without_a_terminal_the_monitor_points_to_record(tmp_path):
    done = run("mic", "--endpoint", "ws://127.0.0.1:9", home=tmp_path)
    assert_one_sentence(done)
    assert "scribe-tui record" in done.stderr
    assert not list(tmp_path.glob("state/scribe-tui/sessions/*"))


def assert_one_sentence(done):
    """One line on stderr, nothing on stdout, exit code 2, no secret and no traceback."""
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert re.fullmatch(r"scribe-tui: \S.*[.?)]\n", done.stderr), done.stderr
    assert "Traceback" not in done.stderr
    assert "sk_123456789" not in done.stderr
    assert "pass@" not in done.stderr


BAD = ("nohost", "private", "absent", "page", "liar", "circle", "text", "voice")


class Later:
    """One run of many sources, most of them bad: its events by session and its exit code."""

    def __init__(self, done, logs):
        assert done.returncode == 1, done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        self.records = [json.loads(line) for line in done.stdout.splitlines()]
        self.logs = logs

    def of(self, session, kind):
        """The session's records of one type."""
        chosen = (item for item in self.records if item["session"] == session)
        return [item for item in chosen if item["type"] == kind]

    def error(self, session):
        """The first error's sentence, after checks every such sentence must pass."""
        message = self.of(session, "error")[0]["message"]
        assert "\n" not in message
        assert re.match(r"\S.*[.?)]$", message), message
        assert "hunter2" not in message
        return message

    def words(self, session):
        """All committed words."""
        return " ".join(item["text"] for item in self.of(session, "segment")).split()


@pytest.fixture(scope="module")
def good_pcm(tmp_path_factory):
    path = tmp_path_factory.mktemp("good") / "good.pcm"
    path.write_bytes(b"".join(numbered_pcm(2)))
    return path


def all_is_told(records):
    """Whether each bad source has said so, and what can be heard was: some try for ever."""
    wrong = {item["session"] for item in records if item["type"] == "error"}
    ended = {item["session"] for item in records if item["type"] == "session_end"}
    return wrong >= {*BAD, "cut"} and ended >= {"torn", "cut", "good"}


@pytest.fixture(scope="module")
def later(tmp_path_factory, good_pcm):
    """Run all sources that go wrong only once they are opened, beside one that is good."""
    home = tmp_path_factory.mktemp("later")
    (home / "text.mp3").write_text("These are words, not sound.\n" * 200)
    endless = struct.pack("<I", 0x7FFFFFFF)
    form = struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
    wav = b"RIFF" + endless + b"WAVEfmt " + form + b"data" + endless
    (home / "torn.wav").write_bytes(wav + good_pcm.read_bytes()[:32000])
    promised = struct.pack("<I", 64036), struct.pack("<I", 64000)
    wav = b"RIFF" + promised[0] + b"WAVEfmt " + form + b"data" + promised[1]
    (home / "cut.wav").write_bytes(wav + good_pcm.read_bytes()[:32000])
    with ExitStack() as stack:
        service = stack.enter_context(InBackground(StrictEndpoint()))
        web = stack.enter_context(InBackground(Web(b"", 16000)))
        sources = {
            "nohost": "http://user:hunter2@radio.invalid/live.mp3",
            "private": web.url("/private", "user:hunter2"),
            "absent": web.url("/404"),
            "page": web.url("/html"),
            "liar": web.url("/html-as-audio"),
            "circle": web.url("/loop"),
            "text": home / "text.mp3",
            "torn": home / "torn.wav",
            "cut": home / "cut.wav",
            "voice": "mic:no such device",
            "good": good_pcm,
        }
        done = run(
            *("record", "--endpoint", service.endpoint().url, "--transport", "websocket"),
            *("--seconds", "90", "--speed", "4", "--log-dir", home / "logs"),
            *(f"{name}={address}" for name, address in sources.items()),
            home=home,
            enough=all_is_told,
            ELEVENLABS_API_KEY=KEY,
        )
    return Later(done, home / "logs")


@pytest.mark.parametrize(
    ("session", "told"),
    [
        ("nohost", ("radio.invalid",)),
        ("private", ("401", "127.0.0.1")),
        ("absent", ("404", "127.0.0.1")),
        ("page", ("127.0.0.1", "web page")),
        ("liar", ("127.0.0.1",)),
        ("circle", ("127.0.0.1", "redirect")),
        ("text", ("text.mp3", "not sound", "name another file")),
        ("cut", ("cut.wav is cut short", "after 1.0 s", "whole copy")),
        ("voice", ("no such device", "scribe-tui devices")),
    ],
)
def test_what_goes_wrong_later_is_a_sentence_in_its_own_pane(later, session, told):
    message = later.error(session)
    for part in told:
        assert part in message
    (file,) = later.logs.glob(f"*/{session}.txt")
    assert message in file.read_text()


def test_a_truncated_file_is_heard_as_far_as_it_goes(later):
    assert later.words("torn") == later.words("cut") == words_in(1)
    assert later.of("cut", "session_end")[0]["state"] == "failed"
    assert later.of("cut", "gap") == []


def test_all_other_panes_run(later):
    assert later.words("good") == words_in(2)
    assert later.of("good", "error") == []
    assert later.of("good", "session_end")[0]["state"] == "ended"


def test_a_wrong_key_is_a_sentence_and_no_more_tries(tmp_path, good_pcm):
    with InBackground(StrictEndpoint()) as service:
        done = run(
            *("record", "--endpoint", service.endpoint().url, "--transport", "websocket", good_pcm),
            home=tmp_path,
            ELEVENLABS_API_KEY="sk_wrong_123456789",
        )
        assert service.handshakes == 1
    later = Later(done, tmp_path)
    assert "key" in later.error("good")
    assert "ELEVENLABS_API_KEY" in later.error("good")
    assert "sk_wrong" not in done.stdout + done.stderr


def test_an_unknown_speech_host_is_a_sentence(tmp_path, good_pcm):
    environment = {**os.environ, "ELEVENLABS_API_KEY": KEY, "XDG_STATE_HOME": str(tmp_path)}
    command = [*PROGRAM, "record", "--endpoint", "wss://speech.invalid", str(good_pcm)]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as program:
        assert program.stdout
        records = map(json.loads, program.stdout)
        error = next(record for record in records if record["type"] == "error")
        program.kill()
    assert "speech.invalid" in error["message"]
    assert "--endpoint" in error["message"]
    assert error["retry_in_seconds"] > 0


def test_no_ffmpeg_and_no_portaudio_cost_only_the_panes_that_need_them(tmp_path, good_pcm):
    (tmp_path / "sitecustomize.py").write_text(NO_SYSTEM_PARTS)
    (tmp_path / "song.mp3").write_bytes(b"\xff\xfb\x90\x64" + bytes(4000))
    with InBackground(StrictEndpoint()) as service:
        done = run(
            *("record", "--endpoint", service.endpoint().url, "--transport", "websocket"),
            *("--speed", "4", "mic", tmp_path / "song.mp3", good_pcm),
            home=tmp_path,
            ELEVENLABS_API_KEY=KEY,
            PATH="",
            PYTHONPATH=f"{tmp_path}:{ROOT}",
        )
    later = Later(done, tmp_path)
    assert "ffmpeg" in later.error("song")
    assert "pip install" in later.error("song")
    assert "PortAudio" in later.error("mic")
    assert "libportaudio2" in later.error("mic")
    assert later.words("good") == words_in(2)
