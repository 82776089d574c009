"""What the README says is true: its tables, and every command in it."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import pytest

from scribe_tui.audio.microphone.microphone_source import list_microphones
from scribe_tui.cli.devices import NO_MICROPHONE
from scribe_tui.cli.program import program
from scribe_tui.errors import SourceError
from scribe_tui.local.demo.clips import FOLDER
from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.program import run, start
from tests.support.readme import README, ROOT, SECTIONS, section
from tests.support.terminal import Terminal
from tests.support.web import Web

TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line]
DEMO, TESTS = COMMANDS[:2]
IN_TABLE = re.findall(r"^\| `(scribe-tui [^`]+)` \|", TEXT, re.MULTILINE)
Done = subprocess.CompletedProcess[str]
PROGRAM_LINES = sorted(
    {line for line in COMMANDS + IN_TABLE if line.startswith("scribe-tui")},
    key=lambda line: (len(line), line),
)


def _words(line: str, station: str = "http://radio.example/live") -> list[str]:
    """The arguments of a line, its stations those of the tests."""
    return shlex.split(re.sub(r"https://radio\.example/\S+", station, line))[1:]


def _run_lines() -> Iterator[Any]:
    """All lines that start the program; CI alone runs more than the shortest of a command."""
    known: set[str] = set()
    for line in PROGRAM_LINES:
        command = _words(line)[0]
        kind = command if command in program.list_commands(click.Context(program)) else "monitor"
        yield pytest.param(line, marks=pytest.mark.long) if kind in known else line
        known.add(kind)


@pytest.mark.parametrize("name", SECTIONS)
def test_tables_are_up_to_date(name: str) -> None:
    body = section(TEXT, name).group("body")
    assert body == SECTIONS[name]() + "\n", "run python -m tests.support.readme"


def test_ci_runs_the_test_command() -> None:
    assert TESTS in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert TESTS.endswith("-m pytest")


def test_ci_runs_the_checks() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    checks = next(line for line in COMMANDS if "ruff" in line)
    assert all(check in script for check in checks.split(" && "))


def test_pictures_and_files_exist() -> None:
    for path in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (ROOT / path).is_file(), path


@contextmanager
def set_up(folder: Path) -> Iterator[dict[str, str]]:
    """In `folder` the files the README speaks of, a service, and the environment for both."""
    clip = next(FOLDER.glob("*.mp3"))
    shutil.copy(clip, folder / "interview.mp3")
    web = Web(clip.read_bytes(), byte_rate=8000)
    with InBackground(StrictEndpoint(key=None)) as service, InBackground(web):
        station = web.url("/live")
        example = re.search(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
        assert example is not None
        stations = re.sub(r"https://radio\.example/\S+?(?=\")", station, example.group(1))
        stations = stations.replace('"mic"', '"interview.mp3"')
        (folder / "stations.toml").write_text(stations, encoding="utf-8")
        yield {
            **os.environ,
            "STATION": station,
            "ELEVENLABS_API_KEY": "key",
            "SCRIBE_ENDPOINT": service.url(scheme="http"),
            "SCRIBE_SECONDS": "2",
            "XDG_STATE_HOME": str(folder / "state"),
        }


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[dict[str, str]]:
    with set_up(tmp_path) as environment:
        yield environment


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder, in which something was recorded."""
    folder = tmp_path_factory.mktemp("recorded")
    with set_up(folder) as environment:
        _recorded(_run_plainly(["record", "interview.mp3", "--log-chain"], environment, folder))
    return folder


@pytest.mark.parametrize("line", PROGRAM_LINES)
def test_commands_are_understood(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their options are there and take such values."""
    understood: list[str | None] = []

    def note(command: click.Command, _: click.Context) -> None:
        understood.append(command.name)

    monkeypatch.setattr(click.Command, "invoke", note)
    program.main(_words(line), "scribe-tui", standalone_mode=False)
    assert len(understood) == 2, "the program's own options, and those of a command"


@pytest.mark.parametrize("line", _run_lines())
def test_commands_run(
    line: str, desk: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    words = _words(line, desk["STATION"])
    if words[0] in (*OF_A_RUN, "replay"):
        before: Path = request.getfixturevalue("recorded")
        shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    if words[0] in PLAIN:
        done = _run_plainly(words, desk, tmp_path)
        PLAIN[words[0]](done)
    elif words[0] == "replay":
        with Terminal(words, env=desk, cwd=tmp_path) as terminal:
            terminal.until_text("REPLAY")
            terminal.type("q")
            assert terminal.leave(60) == 0, terminal.screen
    elif words[0] == "local":
        _run_local(words, desk, tmp_path)
    else:
        with Terminal(words, env=desk, cwd=tmp_path) as terminal:
            assert terminal.leave(60) == 0, terminal.screen
            assert "Saved in" in terminal.text


def _run_plainly(words: list[str], env: dict[str, str], folder: Path) -> Done:
    done = run(words, cwd=folder, env=env, capture_output=True, text=True)
    assert "Traceback" not in done.stderr
    return done


def _recorded(done: Done) -> None:
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["type"] for record in records][-1] == "session_end"
    assert records[-1]["heard_seconds"] > 0


def _listed_microphones(done: Done) -> None:
    """All that are on this machine; where there is none it says so and fails."""
    try:
        microphones, why_none = list_microphones(), NO_MICROPHONE
    except SourceError as error:
        microphones, why_none = (), error.sentence
    listed = done.stdout.splitlines()
    assert done.returncode == (0 if listed else 1)
    assert len([line for line in listed if line.startswith("mic:")]) == len(microphones)
    assert microphones or listed or why_none in done.stderr


def _examined(done: Done) -> None:
    """All is well on this desk, but that a machine may have no microphone."""
    assert done.returncode == 0, done.stdout
    marks = dict(line.split(":")[0].split(maxsplit=1)[::-1] for line in done.stdout.splitlines())
    assert marks.pop("microphones") in ("ok", "warn")
    assert len(marks) >= 4
    assert set(marks.values()) == {"ok"}, done.stdout


def _succeeded(done: Done) -> None:
    assert done.returncode == 0, done.stderr
    assert done.stdout


def _searched(done: Done) -> None:
    """What was said on this desk holds neither word."""
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def _tried(done: Done) -> None:
    """Where no voice or no recogniser is installed it says so and fails."""
    assert done.stdout or done.stderr
    assert done.returncode == 0 or "scribe-tui: " in done.stderr


OF_A_RUN = ("runs", "show", "search", "export", "verify")
"""Commands that need something that was recorded before."""
PLAIN = {
    "record": _recorded,
    "devices": _listed_microphones,
    "doctor": _examined,
    "words": _tried,
    **dict.fromkeys(OF_A_RUN, _succeeded),
    "search": _searched,
}


def _run_local(words: list[str], env: dict[str, str], folder: Path) -> None:
    program = start(words, cwd=folder, env=env, stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    with program:
        assert "127.0.0.1" in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(45) in (0, 130)


@pytest.mark.system
@pytest.mark.long
@pytest.mark.early(38)
@pytest.mark.timeout(600)
def test_the_demo_command_from_a_fresh_clone(tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    install, _, demo = DEMO.rpartition(" && ")
    subprocess.run(
        ["bash", "-c", install.replace("python3", sys.executable)], cwd=clone, check=True
    )
    program = clone / demo.split()[0]
    env = {"PATH": "/usr/bin:/bin", "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal(demo.split()[1:], program=(str(program),), env=env, cwd=clone) as terminal:
        terminal.until(lambda screen: screen.count("●●") == 4, 60)
        terminal.until(lambda screen: len(re.findall(r"\d\d:\d\d:\d\d \w+", screen)) >= 4, 90)
        assert terminal.quit() == 0
    shutil.rmtree(clone)
