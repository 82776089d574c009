"""What `y` copies reaches the outer terminal, through tmux and GNU screen as they come."""

from __future__ import annotations

import base64
import os
import re
import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scribe_tui.tui.terminal.clipboard import MAX_BYTES
from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.journals import closed, opened, said, write
from tests.support.numbered import numbered_pcm
from tests.support.requirements import need
from tests.support.terminal import PROGRAM, Terminal
from tests.support.tmux import Tmux

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


LONG_LINES = 300


@pytest.fixture
def long_run(tmp_path: Path) -> list[str]:
    """Arguments that play a run with more text than a terminal takes at once."""
    text = "the same again and again " * 16
    lines = [said(number, f"start{number} {text}") for number in range(1, LONG_LINES + 1)]
    end = closed(at=10.0 * LONG_LINES + 60)
    run = write(tmp_path / "logs" / "2026-11-24T12-00-00", [opened(), *lines, end])
    return ["replay", str(run), "--speed", "1000"]


def copy_too_much(terminal: Terminal, tmp_path: Path) -> None:
    """Copy all lines; what came outside is the beginning of what the file has, up to the cap."""
    terminal.until_text(f"start{LONG_LINES} ")
    terminal.type("v")
    terminal.until_text("A range begins")
    terminal.type("/")
    terminal.until_text("find in news:")
    terminal.type("start1 the")
    terminal.until_text("1 line:")
    terminal.type("\r")
    terminal.until_text("line 1 of 1")
    terminal.type("y")
    terminal.until_text(f"{LONG_LINES} lines cut: 74 of 126 kB sent to the terminal, all of it in")
    terminal.until(lambda _: OSC_52.search(terminal.raw))
    text, whole = sent_outside(terminal), kept(tmp_path)
    assert whole.count("start") == LONG_LINES
    assert whole.startswith(text)
    assert MAX_BYTES - 4 < len(text.encode()) <= MAX_BYTES


@pytest.mark.some(1)
@pytest.mark.parametrize("multiplexer", ["tmux", "none", "screen"])
def test_of_a_copy_beyond_what_terminals_take_the_beginning_comes_and_that_is_said(
    long_run: list[str], tmp_path: Path, multiplexer: str
) -> None:
    tmux = Tmux(tmp_path)
    name = f"scribe-long-{os.getpid()}"
    programs: dict[str, Callable[[], tuple[str, list[str]]]] = {
        "none": lambda: (PROGRAM[0], [*PROGRAM[1:], *long_run]),
        "tmux": lambda: (tmux.command()[0], tmux.new_session([*PROGRAM, *long_run])[1:]),
        "screen": lambda: (
            need("screen"),
            ["-S", name, "-c", "/dev/null", *PROGRAM, *long_run],
        ),
    }
    program, arguments = programs[multiplexer]()
    try:
        with Terminal(arguments, program=[program], env=OUTSIDE, columns=110, rows=30) as terminal:
            copy_too_much(terminal, tmp_path)
    finally:
        if multiplexer == "tmux":
            tmux.kill()
        elif multiplexer == "screen":
            command = [need("screen"), "-S", name, "-X", "quit"]
            subprocess.run(command, check=False, capture_output=True)
