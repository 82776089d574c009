"""Bell and desktop notice through the whole program, to the outermost terminal."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.requirements import need
from tests.support.terminal import PROGRAM, Terminal
from tests.support.tmux import Tmux

pytestmark = pytest.mark.system

OUTSIDE = {"TMUX": "", "STY": "", "VTE_VERSION": ""}
NOTICE = b"\x1b]9;w3: one: w1 w2 w3"
NOTICE_777 = b"\x1b]777;notify;w3;one: w1 w2 w3"
STRINGS = re.compile(rb"\x1b[\]P].*?(?:\x07|\x1b\\)", re.DOTALL)
"""OSC and DCS, which end in the same byte as a bell is."""


@pytest.fixture
def arguments(tmp_path: Path) -> Iterator[list[str]]:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(60)))
    with InBackground(StrictEndpoint(key=None)) as service:
        yield [
            f"one={sound}", "--endpoint", service.url(scheme="http"), "--watch", "w3",
            "--alert", "bell", "--alert", "desktop", "--log-dir", str(tmp_path / "logs"),
        ]  # fmt: skip


def rings(terminal: Terminal) -> int:
    """How many bells came."""
    return STRINGS.sub(b"", terminal.raw).count(b"\a")


def failures(tmp_path: Path) -> list[dict[str, Any]]:
    records = [
        json.loads(line)
        for file in (tmp_path / "logs").glob("*/one.jsonl")
        for line in file.read_text().splitlines()
    ]
    return [item for item in records if item["type"] == "alert_failed"]


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("environment", "expected"),
    [({}, NOTICE), ({"TERM": "foot"}, NOTICE_777), ({"VTE_VERSION": "7600"}, NOTICE_777)],
)
def test_the_monitor_rings_and_shows_a_notice_once(
    environment: dict[str, str], expected: bytes, arguments: list[str], tmp_path: Path
) -> None:
    with Terminal(arguments, env={**OUTSIDE, **environment}) as terminal:
        terminal.until(lambda _: expected in terminal.raw and rings(terminal))
        terminal.until(lambda screen: re.search(r"\d\d:\d\d:\d\d w1 w2 w3 w4", screen))
        terminal.quit()
        assert terminal.raw.count(expected) == 1
        assert rings(terminal) == 1
    assert failures(tmp_path) == []


@pytest.mark.long
def test_record_rings_and_shows_a_notice_on_the_terminal_of_its_errors(
    arguments: list[str], tmp_path: Path
) -> None:
    with Terminal(["record", *arguments, "--speed", "4"], env=OUTSIDE) as terminal:
        terminal.until(lambda _: NOTICE in terminal.raw and rings(terminal))
        assert terminal.leave() == 0
        assert (terminal.raw.count(NOTICE), rings(terminal)) == (1, 1)
    assert failures(tmp_path) == []


@pytest.mark.long
def test_record_into_a_pipe_still_rings(arguments: list[str], tmp_path: Path) -> None:
    line = f"{shlex.join([*PROGRAM, 'record', *arguments, '--speed', '4'])} | cat >{tmp_path}/out"
    with Terminal(["-c", line], program=["/bin/sh"], env=OUTSIDE) as terminal:
        terminal.until(lambda _: NOTICE in terminal.raw and rings(terminal))
        terminal.leave()
    assert b"\x1b" not in (tmp_path / "out").read_bytes()
    assert b"\x07" not in (tmp_path / "out").read_bytes()


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[Tmux]:
    server = Tmux(tmp_path)
    yield server
    server.kill()


@pytest.mark.long
def test_tmux_as_it_comes_rings_and_what_it_drops_is_told(
    tmux: Tmux, arguments: list[str], tmp_path: Path
) -> None:
    command = tmux.new_session([shlex.join([*PROGRAM, *arguments])])
    with Terminal(command[1:], program=command[:1], env=OUTSIDE) as terminal:
        terminal.until_text("not delivered to desktop: tmux lets none pass")
        terminal.until(lambda _: rings(terminal))
        assert NOTICE not in terminal.raw
        terminal.quit()
    (failed,) = failures(tmp_path)
    assert (failed["outlet"], failed["count"]) == ("desktop", 1)
    assert "allow-passthrough" in failed["reason"]


@pytest.mark.long
def test_tmux_that_may_hands_the_notice_on(
    tmux: Tmux, arguments: list[str], tmp_path: Path
) -> None:
    options = ["start-server", ";", "set-option", "-g", "allow-passthrough", "on", ";"]
    new = tmux.new_session([shlex.join([*PROGRAM, *arguments])])
    command = tmux.command(*options) + new[len(tmux.command()) :]
    with Terminal(command[1:], program=command[:1], env=OUTSIDE) as terminal:
        terminal.until(lambda _: NOTICE in terminal.raw and rings(terminal))
        terminal.quit()
    assert failures(tmp_path) == []


@pytest.mark.long
def test_gnu_screen_hands_both_on(arguments: list[str], tmp_path: Path) -> None:
    """Its bell is a flash of the whole screen where it is set so (`vbell`), as Debian does."""
    program = (need("screen"), "-S", f"scribe-test-{tmp_path.name}", "-c", "/dev/null", *PROGRAM)
    with Terminal(arguments, program=program, env=OUTSIDE) as terminal:
        terminal.until(lambda _: NOTICE in terminal.raw)
        terminal.until(lambda _: rings(terminal) or b"\x1b[?5h" in terminal.raw)
        terminal.quit()
    assert failures(tmp_path) == []
