"""A program that is killed, or crashes in machine code, leaves a terminal in order."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system

SHELL = (
    "/bin/sh", "-c", f'{sys.executable} -m scribe_tui "$@"; echo back after $?; read rest', "sh"
)  # fmt: skip
CRASHES = [signal.SIGSEGV, signal.SIGKILL, signal.SIGBUS, signal.SIGFPE, signal.SIGILL]


def state_in(folder: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(folder / "state")}


def helper_of(program: psutil.Process) -> psutil.Process:
    (helper,) = [child for child in program.children() if "scribe-tui-stand-by" in child.cmdline()]
    return helper


@pytest.mark.some(1)
@pytest.mark.parametrize("number", CRASHES)
@pytest.mark.parametrize("plain", [(), ("--screen-reader",)])
def test_the_terminal_of_a_killed_program_is_in_order(
    tmp_path: Path, number: signal.Signals, plain: tuple[str, ...]
) -> None:
    clip = tmp_path / "clip.pcm"
    clip.write_bytes(b"".join(numbered_pcm(60)))
    with InBackground(StrictEndpoint(key=None)) as service:
        given = [str(clip), "--endpoint", service.endpoint().url, "--log-dir", str(tmp_path / "l")]
        with Terminal([*given, *plain], program=SHELL, env=state_in(tmp_path)) as terminal:
            before = terminal.local_modes
            terminal.until_text("w1 w2")
            (program,) = psutil.Process(terminal.pid).children()
            helper = helper_of(program)
            assert os.getsid(helper.pid) == helper.pid, "what kills the group does not reach it"
            os.kill(program.pid, number)
            terminal.until_text(f"back after {128 + number}")
            terminal.until_text("scribe-tui was killed, or crashed. Saved in ")
            wait_until(lambda: not helper.is_running())
            assert terminal.is_in_order
            assert terminal.local_modes == before
            text = terminal.screen
    (run,) = (tmp_path / "l").iterdir()
    assert str(run) in text.replace("\n", "")


def test_one_that_ends_well_leaves_no_helper_and_no_word(tmp_path: Path) -> None:
    clip = tmp_path / "clip.pcm"
    clip.write_bytes(b"".join(numbered_pcm(60)))
    with InBackground(StrictEndpoint(key=None)) as service:
        given = [str(clip), "--endpoint", service.endpoint().url, "--log-dir", str(tmp_path / "l")]
        with Terminal(given, env=state_in(tmp_path)) as terminal:
            terminal.until_text("w1 w2")
            helper = helper_of(psutil.Process(terminal.pid))
            assert terminal.quit() == 0
    assert not helper.is_running()
    assert "was killed" not in terminal.text
