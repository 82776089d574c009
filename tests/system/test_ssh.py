"""Over a real sshd: the connection is gone, and the program ends well or goes on in tmux."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.processes import is_gone, share_of_a_core
from tests.support.sshd import LoopbackSshd
from tests.support.terminal import PROGRAM, Terminal
from tests.support.tmux import Tmux
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system

BUSY = 0.5
"""Of a core: more than one pane takes on any machine that runs the tests."""


@pytest.fixture
def sshd(tmp_path: Path) -> Iterator[LoopbackSshd]:
    folder = tmp_path / "sshd"
    folder.mkdir()
    with LoopbackSshd(folder) as running:
        yield running


@pytest.fixture
def command(tmp_path: Path) -> Iterator[list[str]]:
    """The monitor on five minutes of numbered sound; its pid is in the file `pid`."""
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(300)))
    with InBackground(StrictEndpoint(key=None)) as service:
        yield [
            "sh", "-c", f'echo $$ >{tmp_path / "pid"}; exec "$@"', "sh", *PROGRAM,
            f"one={sound}", "--endpoint", service.url(scheme="http"),
            "--log-dir", str(tmp_path / "logs"),
        ]  # fmt: skip


def connect(sshd: LoopbackSshd, command: list[str], columns: int = 100, rows: int = 30) -> Terminal:
    line = sshd.ssh(command)
    return Terminal(line[1:], program=line[:1], columns=columns, rows=rows, answers=True)


def saved(tmp_path: Path) -> str:
    return "".join(path.read_text() for path in (tmp_path / "logs").glob("*/one.jsonl"))


def program_in(tmp_path: Path) -> psutil.Process:
    return psutil.Process(int((tmp_path / "pid").read_text()))


@pytest.mark.some(1)
@pytest.mark.parametrize("side", ["client", "server"])
def test_the_connection_is_gone_and_the_program_ends_in_good_order(
    sshd: LoopbackSshd, command: list[str], tmp_path: Path, side: str
) -> None:
    with connect(sshd, command) as terminal:
        terminal.until_text("w1 w2 w3 w4")
        program = program_in(tmp_path)
        if side == "client":
            os.kill(terminal.pid, signal.SIGKILL)
        else:
            sshd.cut()
        terminal.leave()
        wait_until(lambda: is_gone(program))
    assert "session_end" in saved(tmp_path)


@pytest.mark.long
def test_in_tmux_it_goes_on_and_is_all_there_at_the_next_visit(
    sshd: LoopbackSshd, command: list[str], tmp_path: Path
) -> None:
    tmux = Tmux(tmp_path)
    try:
        with connect(sshd, tmux.new_session(command)) as terminal:
            terminal.until_text("w1 w2 w3 w4")
            sshd.cut()
            terminal.leave()
        program = program_in(tmp_path)
        wait_until(lambda: not tmux.run("list-clients"))
        before = len(saved(tmp_path))
        assert share_of_a_core(program.pid) < BUSY
        wait_until(lambda: len(saved(tmp_path)) > before)
        with connect(sshd, tmux.attach(), columns=72, rows=20) as terminal:
            terminal.until(lambda screen: "w14" in screen and "c commit" in screen)
            assert terminal.quit() == 0
        wait_until(lambda: is_gone(program))
        assert "session_end" in saved(tmp_path)
    finally:
        tmux.kill()
