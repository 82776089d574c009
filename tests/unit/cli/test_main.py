"""How the program ends when it cannot print, is interrupted at once, or is misspelt."""

import logging
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scribe_tui import cli
from tests.support.commands import run_each
from tests.support.journals import closed, opened, said, write
from tests.support.waiting import wait_until

PROGRAM = (sys.executable, "-m", "scribe_tui")
FULL = Path("/dev/full")


def run(*arguments, **rest):
    return subprocess.run(
        [*PROGRAM, *arguments], stderr=subprocess.PIPE, text=True, check=False, timeout=60, **rest
    )


def code_of(*arguments):
    """How the program ends, run within this one."""
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    return left.value.code


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(cli.__file__).parents[2]))


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_an_output_that_is_full_is_one_sentence(argument):
    with FULL.open("w") as full:
        done = run(argument, stdout=full)
    assert done.stderr == (
        "scribe-tui: Standard output cannot be written: No space left on device.\n"
    )
    assert done.returncode == 1


@pytest.mark.parametrize("arguments", [["--help"], ["doctor", "--endpoint", "local"]])
def test_a_reader_that_has_seen_enough_is_no_failure(arguments):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(*arguments, stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("delay", [0.0, 0.03, 0.06, 0.1])
def test_ctrl_c_while_the_program_is_loaded_says_nothing(delay, tmp_path):
    """From the moment on that the interpreter runs our code."""
    begun = tmp_path / "begun"
    code = (
        "import pathlib, scribe_tui.cli\n"
        "inner = scribe_tui.cli._quick_to_leave\n"
        "def told():\n"
        f"    pathlib.Path({str(begun)!r}).touch()\n"
        "    return inner()\n"
        "scribe_tui.cli._quick_to_leave = told\n"
        "scribe_tui.cli.main(['record', 'mic', '--endpoint', 'local'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        wait_until(lambda: begun.exists() or process.poll() is not None)
        deadline = time.monotonic() + delay
        while time.monotonic() < deadline and process.poll() is None:
            pass
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("", "", 130)


def test_a_fault_is_told_even_where_nothing_can_be_kept(monkeypatch, capsys):
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    monkeypatch.setattr("scribe_tui.cli.demo.run_demo", lambda _settings: {}["x"])
    assert code_of("demo") == 1
    told = capsys.readouterr().err
    assert "A fault in this program ended it (KeyError)." in told
    assert "No diagnostics could be kept" in told


@pytest.mark.parametrize(
    ("word", "command"),
    [
        *(("recrod", "record"), ("Record", "record"), ("docter", "doctor")),
        *(("rec", "record"), ("help", "--help"), ("version", "--version")),
    ],
)
def test_a_word_that_is_nearly_a_command_is_asked_about(word, command, capsys):
    assert code_of(word, "mic") == 2
    assert f"There is no command and no file '{word}': did you mean {command}?" in (
        capsys.readouterr().err
    )


@pytest.mark.parametrize("word", ["mic", "news.wav", "./record", "a=mic", "radio"])
def test_a_source_is_not_taken_for_a_command(word, capsys):
    code_of(word, "--endpoint", "nonsense")
    assert "no command" not in capsys.readouterr().err


def test_a_file_with_nearly_the_name_of_a_command_is_a_file(capsys):
    Path("recrod").write_bytes(b"")
    code_of("recrod", "--endpoint", "nonsense")
    assert "no command" not in capsys.readouterr().err


def test_ctrl_c_at_the_start_of_a_command_is_left_without_a_word(monkeypatch, capfd):
    def interrupted(_settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("scribe_tui.cli.demo.run_demo", interrupted)
    assert code_of("demo") == 130
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_a_lack_of_memory_or_threads_is_no_fault(error, monkeypatch, capfd):
    def short(_settings):
        raise error

    monkeypatch.setattr("scribe_tui.cli.demo.run_demo", short)
    assert code_of("demo") == 2
    assert "no more memory or threads" in capfd.readouterr().err


@pytest.mark.some(1)
@pytest.mark.parametrize("closed", [(1,), (2,), (0, 1, 2)])
def test_what_is_meant_for_a_closed_descriptor_goes_nowhere(closed, tmp_path):
    def close():
        for descriptor in closed:
            os.close(descriptor)

    done = subprocess.run(
        [*PROGRAM, "record", "nowhere.wav", "--log-dir", str(tmp_path)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        preexec_fn=close,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == "", "what is said on stderr is none of the events"
    assert ("no file nowhere.wav" in done.stderr) is (2 not in closed)
    listed = subprocess.run(
        [*PROGRAM, "show", "last", "--log-dir", str(tmp_path)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        preexec_fn=close,
    )  # fmt: skip
    assert "fault" not in listed.stdout + listed.stderr


def test_words_in_letters_that_standard_output_cannot_write_are_shown_all_the_same(tmp_path):
    write(tmp_path / "2026-11-24T12-00-00", [opened(), said(1, "café 東京"), closed()])
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    commands = (("search", "café"), ("show", "last"), ("runs",))
    asked = [[*words, "--log-dir", str(tmp_path)] for words in commands]
    for words, done in zip(commands, run_each(asked, env=environment), strict=True):
        assert (done.returncode, done.stderr) == (0, "")
        assert "caf" in done.stdout or words == ("runs",)
