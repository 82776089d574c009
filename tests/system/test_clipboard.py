"""What `y` copies reaches the outer terminal, through tmux and GNU screen as they come."""

from __future__ import annotations

import base64
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.requirements import need
from tests.support.terminal import PROGRAM, Terminal

pytestmark = pytest.mark.system

OSC_52 = re.compile(rb"\x1b\]52;c?;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")
OUTSIDE = {"TMUX": "", "STY": ""}


@pytest.fixture
def arguments(tmp_path: Path) -> Iterator[list[str]]:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(300)))
    with InBackground(StrictEndpoint(key=None)) as service:
        yield [
            f"one={sound}", "--endpoint", service.url(scheme="http"),
            "--log-dir", str(tmp_path / "logs"),
        ]  # fmt: skip


def copy_a_line(terminal: Terminal) -> None:
    """Wait for a committed line, copy it."""
    terminal.until_text("w1 w2 w3 w4")
    terminal.until(lambda screen: re.search(r"\d\d:\d\d:\d\d w1 w2 w3 w4", screen))
    terminal.type("ky")
    terminal.until_text("sent to the terminal")


def kept(tmp_path: Path) -> str:
    (path,) = (tmp_path / "logs").glob("*/copied.md")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path.read_text(encoding="utf-8")


def sent_outside(terminal: Terminal) -> str:
    found = OSC_52.findall(terminal.raw)
    assert found, "no OSC 52 came to the outer terminal"
    return base64.b64decode(found[-1]).decode()


def check(terminal: Terminal, tmp_path: Path) -> None:
    copy_a_line(terminal)
    terminal.until(lambda _: OSC_52.search(terminal.raw))
    text = sent_outside(terminal)
    assert re.fullmatch(r"“w\d+.*”\n-- one, \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n", text)
    assert text + "\n" == kept(tmp_path)


@pytest.mark.long
def test_a_terminal_takes_it(arguments: list[str], tmp_path: Path) -> None:
    with Terminal(arguments, env=OUTSIDE) as terminal:
        check(terminal, tmp_path)


def test_tmux_with_its_defaults_hands_it_on(arguments: list[str], tmp_path: Path) -> None:
    tmux = need("tmux")
    name = f"scribe-test-{os.getpid()}"
    program = (tmux, "-L", name, "-f", "/dev/null", "new-session")
    try:
        with Terminal(
            [shlex.join([*PROGRAM, *arguments])], program=program, env=OUTSIDE
        ) as terminal:
            check(terminal, tmp_path)
            buffer = subprocess.run(
                [tmux, "-L", name, "show-buffer"], check=True, capture_output=True, text=True
            ).stdout
            assert buffer == sent_outside(terminal)
    finally:
        subprocess.run([tmux, "-L", name, "kill-server"], check=False, capture_output=True)


@pytest.mark.long
def test_gnu_screen_hands_it_on(arguments: list[str], tmp_path: Path) -> None:
    screen = need("screen")
    name = f"scribe-test-{os.getpid()}"
    program = (screen, "-S", name, "-c", "/dev/null", *PROGRAM)
    try:
        with Terminal(arguments, program=program, env=OUTSIDE) as terminal:
            check(terminal, tmp_path)
    finally:
        subprocess.run([screen, "-S", name, "-X", "quit"], check=False, capture_output=True)
