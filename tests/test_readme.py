"""What the README says is true: its tables, and every command in it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe_tui.local.demo.clips import FOLDER
from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.readme import README, ROOT, SECTIONS, section
from tests.support.requirements import long_proof
from tests.support.terminal import Terminal
from tests.support.web import Web

TEXT = README.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line]
DEMO, TESTS = COMMANDS[:2]
IN_TABLE = re.findall(r"^\| `(scribe-tui [^`]+)` \|", TEXT, re.MULTILINE)
PROGRAM_LINES = sorted({line for line in COMMANDS + IN_TABLE if line.startswith("scribe-tui")})


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


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A folder with the files the README speaks of, a service, and the environment for both."""
    clip = next(FOLDER.glob("*.mp3"))
    shutil.copy(clip, tmp_path / "interview.mp3")
    web = Web(clip.read_bytes(), byte_rate=8000)
    with InBackground(StrictEndpoint(key=None)) as service, InBackground(web):
        station = web.url("/live")
        example = re.search(r"^```toml\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
        assert example is not None
        stations = re.sub(r"https://radio\.example/\S+?(?=\")", station, example.group(1))
        stations = stations.replace('"mic"', '"interview.mp3"')
        (tmp_path / "stations.toml").write_text(stations, encoding="utf-8")
        yield {
            **os.environ,
            "STATION": station,
            "ELEVENLABS_API_KEY": "key",
            "SCRIBE_ENDPOINT": service.url(scheme="http"),
            "SCRIBE_SECONDS": "2",
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }


@pytest.mark.parametrize("line", PROGRAM_LINES)
def test_commands_run(line: str, desk: dict[str, str], tmp_path: Path) -> None:
    words = shlex.split(re.sub(r"https://radio\.example/\S+", desk["STATION"], line))[1:]
    if words[0] in ("record", "devices", "doctor"):
        _run_plainly(words, desk, tmp_path)
    elif words[0] == "local":
        _run_local(words, desk, tmp_path)
    else:
        with Terminal(words, env=desk, cwd=tmp_path) as terminal:
            assert terminal.leave(60) == 0, terminal.screen
            assert "Saved in" in terminal.text


def _run_plainly(words: list[str], env: dict[str, str], folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scribe_tui", *words],
        cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    # Without a microphone on this machine devices and doctor say so, and that is not our fault.
    assert done.returncode in ((0,) if words[0] == "record" else (0, 1)), done.stdout + done.stderr
    assert done.stdout or done.returncode == 1


def _run_local(words: list[str], env: dict[str, str], folder: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-m", "scribe_tui", *words],
        cwd=folder, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert program.stdout is not None
    with program:
        assert "127.0.0.1" in program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(45) in (0, 130)


@pytest.mark.system
@pytest.mark.early(38)
@pytest.mark.timeout(600)
def test_the_demo_command_from_a_fresh_clone(tmp_path: Path) -> None:
    long_proof()
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    install, _, demo = DEMO.rpartition(" && ")
    subprocess.run(
        ["bash", "-c", install.replace("python3", sys.executable)], cwd=clone, check=True
    )
    program = clone / demo.split()[0]
    env = {"PATH": "/usr/bin:/bin", "XDG_STATE_HOME": str(tmp_path / "state")}
    with Terminal(demo.split()[1:], program=(str(program),), env=env, cwd=clone) as terminal:
        terminal.until(lambda screen: screen.count("● live") == 4, 60)
        terminal.until(lambda screen: len(re.findall(r"\d\d:\d\d:\d\d \w+", screen)) >= 4, 90)
        terminal.type("q")
        terminal.until_text("save and quit?")
        terminal.type("y")
        assert terminal.leave() == 0
    shutil.rmtree(clone)
