"""Terminals that answer late, vanish, stop or have no size: real ones, real program."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scribe_tui.tui.debounce import ANSWER_SECONDS
from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.processes import share_of_a_core
from tests.support.script import NEVER_COMMITS
from tests.support.terminal import PROGRAM, Terminal
from tests.support.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.system

Open = Callable[..., Terminal]
BUSY = 0.5
"""Of a core: more than a screen of one pane takes on any machine that runs the tests."""
LEAVES_SCREEN = "\x1b[?1049l"
DRAIN_SECONDS = 15.0


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Open]:
    """Opens the monitor on five minutes of numbered sound."""
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(300)))
    opened: list[Terminal] = []
    with InBackground(StrictEndpoint(key=None)) as service:

        def open_monitor(*more: str, **options: Any) -> Terminal:
            terminal = Terminal(
                [f"one={sound}", "--endpoint", service.url(scheme="http"),
                 "--log-dir", str(tmp_path / "logs"), *more],
                **options,
            )  # fmt: skip
            opened.append(terminal)
            return terminal

        yield open_monitor
        for terminal in opened:
            terminal.__exit__(None, None, None)


def saved(tmp_path: Path) -> str:
    return "".join(path.read_text() for path in (tmp_path / "logs").glob("*/one.jsonl"))


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    "sent",
    [
        b"\xe9",
        b"\x1b[?62;22c",
        b"\x1b[>41;354;0c",
        b"\x1bP>|xterm.js(5.5.0)\x1b\\",
        b"\x1b]11;rgb:0000/2b2b/3636\x07",
        b"quit y stop c s p\ry",
        b"\x1b[200~sy the line is cut",
    ],
    ids=["latin-1", "DA1", "DA2", "XTVERSION", "OSC 11", "burst", "cut paste"],
)
def test_what_no_person_typed_does_nothing(monitor: Open, tmp_path: Path, sent: bytes) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2 w3 w4")
    terminal.send_bytes(sent)
    terminal.until_text("w9 w10 w11 w12")
    assert "●●" in terminal.screen
    assert not any(word in terminal.screen for word in ("ended", "paused", "draining"))
    assert "quit?" not in terminal.screen
    assert '"reason":"user"' not in saved(tmp_path).replace(" ", "")
    terminal.type("?")
    terminal.until_text("esc closes")


@pytest.mark.long
def test_a_key_held_down_acts_once(monitor: Open) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2")
    for _ in range(30):
        terminal.send_bytes(b"p")
        time.sleep(0.033)  # as keyboards repeat
    terminal.until_text("║ paused")
    time.sleep(0.5)  # as a hand that lets go and presses again
    terminal.type("p")
    terminal.until_text("resumed")


@pytest.mark.some(1)
@pytest.mark.parametrize("term", ["dumb", "unknown", "no-such-terminal", "", "vt52"])
def test_a_terminal_that_can_place_no_text_is_refused(monitor: Open, term: str) -> None:
    terminal = monitor(env={"TERM": term})
    assert terminal.leave() == 2
    assert "record" in terminal.text
    assert "\x1b[?1049h" not in terminal.text


@pytest.mark.long
def test_a_terminal_that_is_gone_without_a_signal_is_left(monitor: Open, tmp_path: Path) -> None:
    terminal = monitor(program=("sh", "-c", 'trap "" HUP; exec "$@"', "sh", *PROGRAM))
    terminal.until_text("w1 w2 w3 w4")
    assert terminal.vanish() == 129
    assert "session_end" in saved(tmp_path)


@pytest.mark.long
def test_sigterm_then_sigcont_ends_it(monitor: Open) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2")
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGCONT, signal.SIGCONT):
        os.kill(terminal.pid, number)
    assert terminal.leave(DRAIN_SECONDS) == 143
    assert LEAVES_SCREEN in terminal.text


def test_stopped_and_continued_it_is_all_there_again(monitor: Open) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2")
    program = psutil.Process(terminal.pid)
    os.kill(terminal.pid, signal.SIGTSTP)
    terminal.until(lambda _: program.status() == psutil.STATUS_STOPPED)
    terminal.until(lambda _: LEAVES_SCREEN in terminal.text)
    assert "w1 w2" not in terminal.screen
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.until_text("w1 w2")
    terminal.type("?")
    terminal.until_text("esc closes")


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize("how", ["\x0c", signal.SIGWINCH, signal.SIGCONT], ids=str)
def test_another_terminal_gets_modes_and_the_whole_picture(
    monitor: Open, how: str | signal.Signals
) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2 w3 w4")
    terminal.clear()
    begun = len(terminal.raw)
    if isinstance(how, str):
        terminal.type(how)
    else:
        os.kill(terminal.pid, how)
    terminal.until_text("w1 w2 w3 w4")
    terminal.until_text("q quit")
    again = terminal.raw[begun:].decode("utf-8", "replace")
    assert "\x1b[?2004h" in again
    assert "\x1b[?25l" in again


@pytest.mark.long
def test_the_size_is_the_terminals_own(monitor: Open) -> None:
    terminal = monitor(columns=100, rows=30, env={"COLUMNS": "200", "LINES": "60"})
    terminal.until_text("w1 w2")
    terminal.until(lambda screen: screen.count("\n") == 29 and "q quit" in screen)
    assert share_of_a_core(terminal.pid) < BUSY


@pytest.mark.long
def test_a_terminal_of_no_size_is_asked_and_recorded_meanwhile(
    monitor: Open, tmp_path: Path
) -> None:
    """Its own size is another than the one that was taken until it said it."""
    terminal = monitor(columns=0, rows=0)
    terminal.resize(100, 30, told=False)
    terminal.until(lambda _: "\x1b[999;999H\x1b[6n" in terminal.text)
    terminal.send_bytes(b"\x1b[30;100R")
    terminal.until(lambda screen: screen.count("\n") == 29 and "q quit" in screen)
    assert share_of_a_core(terminal.pid) < BUSY
    wait_until(lambda: '"w1' in saved(tmp_path) or "w1 w2" in saved(tmp_path))
    terminal.resize(60, 20)
    terminal.until(lambda screen: screen.count("\n") == 19 and "q quit" in screen)
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.leave(PATIENCE) == 143


@pytest.mark.long
def test_a_window_that_changes_while_the_screen_opens_settles(monitor: Open) -> None:
    terminal = monitor(columns=80, rows=24)
    terminal.until(lambda _: "\x1b[?1049h" in terminal.text)
    for columns in (90, 70, 110, 100):
        seen = len(terminal.raw)
        terminal.resize(columns, 30)
        terminal.until(lambda _, seen=seen: len(terminal.raw) > seen)
    terminal.until(lambda screen: screen.count("\n") == 29 and "q quit" in screen)
    assert share_of_a_core(terminal.pid) < BUSY


@pytest.mark.long
def test_leaving_clears_what_has_no_second_screen(monitor: Open) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2")
    assert terminal.quit() == 0
    end = terminal.text[: terminal.text.rindex(LEAVES_SCREEN)]
    assert "\x1b[H\x1b[2J" in end[-200:]


@pytest.mark.long
def test_a_yes_too_quick_to_be_an_answer_is_none(monitor: Open) -> None:
    terminal = monitor()
    terminal.until_text("w1 w2")

    def hasty_yes() -> bool:
        asked_after = time.monotonic()
        terminal.type("q")
        terminal.until_text("quit?")
        terminal.send_bytes(b"y")
        if time.monotonic() < asked_after + ANSWER_SECONDS:
            return True
        terminal.type("n")  # the machine was too slow for haste: once more
        terminal.until(lambda screen: "quit?" not in screen)
        return False

    wait_until(hasty_yes)
    painted = len(terminal.raw)
    terminal.until(lambda _: len(terminal.raw) > painted + 500)
    assert "quit?" in terminal.screen
    assert terminal.say_yes() == 0


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize("first", ["\x03", signal.SIGTERM], ids=["ctrl+c", "SIGTERM"])
def test_a_hang_up_while_it_drains_hurries_nothing(
    tmp_path: Path, first: str | signal.Signals
) -> None:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(300)))
    with InBackground(StrictEndpoint(NEVER_COMMITS, key=None)) as service:
        where = ["--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")]
        with Terminal([f"one={sound}", *where]) as terminal:
            terminal.until_text("w1 w2")
            if isinstance(first, str):
                terminal.type(first)
            else:
                os.kill(terminal.pid, first)
            terminal.until(lambda _: any(m.get("commit") for m in service.connections[0].messages))
            os.kill(terminal.pid, signal.SIGHUP)
            code = terminal.leave(2 * DRAIN_SECONDS)
    assert code == (129 if isinstance(first, str) else 143)
    assert "session_end" in saved(tmp_path)


@pytest.mark.long
def test_no_more_frames_a_second_than_asked_for(monitor: Open) -> None:
    terminal = monitor("--fps", "1")
    terminal.until_text("w1 w2")
    lengths = {len(terminal.raw)}
    started = time.monotonic()

    def shown(screen: str) -> bool:
        lengths.add(len(terminal.raw))
        return "w13" in screen

    terminal.until(shown)
    seconds = time.monotonic() - started
    assert 2 < len(lengths) <= 1.5 * seconds + 2, "there is something new 2.5 times a second"
