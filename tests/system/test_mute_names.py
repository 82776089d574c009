"""Name servers that never answer: every way of leaving is as quick as ever."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

pytestmark = pytest.mark.system

LEAVE_SECONDS = 20.0
"""The bound of a drain and as much again for a busy machine; a lookup takes 30 s and more."""
MUTE = """
import pathlib, socket, threading
def mute(*args, **options):
    pathlib.Path({asked!r}).touch()
    threading.Event().wait()
socket.getaddrinfo = mute
"""


@pytest.fixture
def mute_names(tmp_path: Path) -> Mapping[str, str]:
    """An environment in which no name is ever found, nor found missing."""
    (tmp_path / "sitecustomize.py").write_text(MUTE.format(asked=str(tmp_path / "asked")))
    path = os.pathsep.join(filter(None, [str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    return {"PYTHONPATH": path, "ELEVENLABS_API_KEY": "key-of-the-tests"}


@pytest.fixture
def monitor(mute_names: Mapping[str, str], tmp_path: Path) -> Iterator[Terminal]:
    arguments = ["one=http://radio.example/live", "--log-dir", str(tmp_path / "logs")]
    with Terminal(arguments, env=mute_names) as terminal:
        terminal.until_text("q quit")
        terminal.until(lambda _: (tmp_path / "asked").exists())
        yield terminal


def by_q(terminal: Terminal) -> int:
    return terminal.quit(LEAVE_SECONDS)


def by_ctrl_c(terminal: Terminal) -> int:
    terminal.type("\x03")
    return terminal.leave(LEAVE_SECONDS)


def by_sigterm(terminal: Terminal) -> int:
    os.kill(terminal.pid, signal.SIGTERM)
    return terminal.leave(LEAVE_SECONDS)


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("leave", "code"),
    [(by_q, 0), (by_ctrl_c, 0), (by_sigterm, 143)],
    ids=["q", "ctrl+c", "SIGTERM"],
)
def test_leaving_waits_for_no_name_server(
    monitor: Terminal, leave: Callable[[Terminal], int], code: int
) -> None:
    assert leave(monitor) == code
