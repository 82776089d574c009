"""A program that is forked from one that has loaded it is a process as any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support import program, terminal
from tests.support.program import PROGRAM, ROOT, Forked, children, may_be_forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="others start it from scratch")


@pytest.fixture
def around(tmp_path: Path) -> dict[str, Any]:
    """A folder, an environment and files of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment = {**kept, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(tmp_path / "state")}
    (tmp_path / "here").mkdir()
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return {"cwd": tmp_path / "here", "env": environment, "text": True, **streams}


@pytest.mark.parametrize("words", [["--version"], ["runs"], ["record", "gone.mp3"], ["--no-such"]])
def test_it_says_and_ends_as_one_that_was_started(words: list[str], around: dict[str, Any]) -> None:
    ended = []
    for begun in (Forked(words, **around), subprocess.Popen([*PROGRAM, *words], **around)):
        with begun as process:
            out, err = process.communicate(timeout=60)
        ended.append((process.returncode, out, err))
    assert ended[0] == ended[1]
    assert ended[0][1] or ended[0][2]


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)]
)
def test_it_is_our_child_and_hears_signals(
    number: int, code: int, around: dict[str, Any], tmp_path: Path
) -> None:
    words = ["record", "-", "--endpoint", "ws://127.0.0.1:9", "--log-dir", str(tmp_path / "logs")]
    around["env"]["ELEVENLABS_API_KEY"] = "key"
    with Forked(words, **around) as process:
        assert process.stdout is not None
        assert '"session_start"' in process.stdout.readline()
        seen = psutil.Process(process.pid)
        assert seen.ppid() == os.getpid()
        assert children() == [seen], "and not the process that was forked"
        assert seen.cwd() == str(around["cwd"])
        process.send_signal(number)
        process.communicate(timeout=60)
    assert process.returncode == code


def test_its_terminal_is_that_of_a_session_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "may_be_forked", lambda _: True)
    with terminal.Terminal([], env={"ELEVENLABS_API_KEY": ""}) as opened:
        opened.until_text("What do you want")
        assert os.getsid(opened.pid) == opened.pid
        opened.type("q")
        assert opened.leave() == 0
        assert opened.is_in_order


@pytest.mark.parametrize(
    ("more", "may"),
    [
        ({}, True),
        ({"PYTHONPATH": f"{ROOT}:"}, True),
        ({"PYTHONPATH": f"/somewhere:{ROOT}"}, False),
        ({"PYTHONASYNCIODEBUG": "1"}, False),
        ({"LC_ALL": "C"}, False),
        ({"LANG": ""}, False),
    ],
)
def test_what_the_interpreter_would_do_otherwise_is_not_forked(
    more: dict[str, str], may: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "IN_CI", False)
    assert may_be_forked({"LANG": "C.UTF-8", **more}) is may
    monkeypatch.setattr(program, "IN_CI", True)
    assert not may_be_forked({"LANG": "C.UTF-8", **more}), "there every start is one from scratch"
