"""The real program as plain lines in a real terminal, for a screen reader."""

from __future__ import annotations

import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe_tui.tui.lines.dialog import PASTE_REST_SECONDS
from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.terminal import Terminal

pytestmark = pytest.mark.system


@pytest.fixture
def service() -> Iterator[StrictEndpoint]:
    with InBackground(StrictEndpoint(key=None)) as endpoint:
        yield endpoint


@pytest.fixture
def arguments(service: StrictEndpoint, tmp_path: Path) -> list[str]:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(120)))
    return [
        *("--screen-reader", "--endpoint", service.url(scheme="http")),
        *("--log-dir", str(tmp_path / "logs"), f"one={sound}", f"two={sound}"),
    ]


def heard(terminal: Terminal, text: str) -> None:
    """Wait until `text` was said, on or above the screen."""
    terminal.until(lambda _: text in terminal.text)


def test_every_event_is_a_line_and_every_key_answers_with_one(arguments: list[str]) -> None:
    with Terminal(arguments, env={"TERM": "dumb"}, columns=100, rows=50) as terminal:
        heard(terminal, "scribe-tui: 2 sources. ? says keys.\r\n")
        heard(terminal, "one: live\r\n")
        heard(terminal, "two: w1 w2 w3 w4\r\n")
        terminal.type("\t")
        heard(terminal, "2 two: live. ")
        terminal.type("s")
        heard(terminal, "two: stopping; the same key starts it again\r\n")
        heard(terminal, "two: ended")
        terminal.type("1")
        heard(terminal, "1 one: live. ")
        terminal.type("p")
        heard(terminal, "one: paused\r\n")
        terminal.type("/")
        heard(terminal, "Find what in one? Enter ends it, escape gives up.\r\n")
        terminal.type("W2 w3\r")
        heard(terminal, "1 line of one.\r\n")
        terminal.type("R")
        heard(terminal, "What is one to be called?")
        terminal.type("news\r")
        heard(terminal, "one: is called news now\r\n")
        terminal.type("h")
        heard(terminal, "0 hits.\r\n")
        terminal.type("?")
        heard(terminal, "q: Stop, save and leave; asks while panes run or wait.\r\n")
        terminal.type("z")
        heard(terminal, "zoom is not among the plain lines; the screen has it.\r\n")
        terminal.send_bytes(b"qyqyqy")
        heard(terminal, "What is pasted is not taken for keys; a adds a source.\r\n")
        rested_at = time.monotonic() + PASTE_REST_SECONDS
        terminal.until(lambda _: time.monotonic() > rested_at)
        terminal.type("q")
        heard(terminal, "1 source is running. Stop it, save and quit? y or n.\r\n")
        unheard = lambda: "Stopping: " not in terminal.text  # noqa: E731 - later a y is a copy
        code = terminal.leave(look=lambda: terminal.type("y") if unheard() else 0)
        assert code == 0
        assert "Saved in " in terminal.text
    assert b"\x1b" not in terminal.raw, "nothing is placed, coloured or painted again"


@pytest.mark.long
@pytest.mark.some(1)
def test_what_is_wrong_is_said_once_and_the_terminal_is_as_it_was(
    arguments: list[str],
) -> None:
    bad = "bad=http://127.0.0.1:9/live.mp3"
    with Terminal([*arguments, bad, "--signs", "ascii"]) as terminal:
        before = terminal.local_modes
        heard(terminal, "bad: source down: ")
        heard(terminal, "one: w5 w6 w7 w8")
        assert terminal.text.count("bad: source down: ") == 1
        terminal.type("t")
        heard(terminal, "3 bad: source down. ")
        terminal.type("\x03")
        heard(terminal, "Stopping: waiting for the last words of ")
        terminal.until(lambda _: "Saved in" in terminal.text)
        after = terminal.local_modes
        assert terminal.leave() == 0
    assert before | termios.ICANON | termios.ECHO == after | termios.ICANON | termios.ECHO
    assert after & termios.ICANON
    assert after & termios.ECHO
    assert {byte for byte in terminal.raw if byte > 0x7F} == set()
