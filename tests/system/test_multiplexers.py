"""tmux, GNU screen and dtach: left, come back to at another size, and gone for good."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.processes import is_gone, share_of_a_core
from tests.support.requirements import need
from tests.support.terminal import PROGRAM, Terminal
from tests.support.tmux import Tmux
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system

OUTSIDE = {"TMUX": "", "STY": ""}
BUSY = 0.5
"""Of a core: more than one pane takes on any machine that runs the tests."""
GROWN_BYTES = 30_000_000
"""What would pile up for a terminal that nobody looks at is more than this within seconds."""


class Desk:
    """The monitor in a multiplexer: how to begin, leave, come back and end it."""

    def __init__(self, folder: Path, service: StrictEndpoint) -> None:
        """The program's sound, journal and pid are in `folder`."""
        self.folder = folder
        sound = folder / "numbers.pcm"
        sound.write_bytes(b"".join(numbered_pcm(300)))
        self._sources = [
            f"one={sound}", "--endpoint", service.url(scheme="http"),
            "--log-dir", str(folder / "logs"),
        ]  # fmt: skip

    detach: str
    """The keys that leave it."""
    rows_of_its_own = 0
    """At the bottom of the terminal."""

    def begin(self) -> list[str]:
        """The command that starts the program in it, in the terminal where it runs."""
        raise NotImplementedError

    def come_back(self) -> list[str]:
        """The command that shows it in another terminal."""
        raise NotImplementedError

    def end(self) -> None:
        """It goes, whatever runs in it."""
        raise NotImplementedError

    @property
    def program(self) -> psutil.Process:
        """The monitor's process."""
        return psutil.Process(int((self.folder / "pid").read_text()))

    @property
    def saved(self) -> str:
        """The journal so far."""
        return "".join(path.read_text() for path in (self.folder / "logs").glob("*/one.jsonl"))

    @property
    def _command(self) -> list[str]:
        tells = f'echo $$ >{shlex.quote(str(self.folder / "pid"))}; exec "$@"'
        return ["sh", "-c", tells, "sh", *PROGRAM, *self._sources]


class TmuxDesk(Desk):
    """tmux."""

    detach = "\x02d"
    rows_of_its_own = 1

    def __init__(self, folder: Path, service: StrictEndpoint) -> None:
        super().__init__(folder, service)
        self._tmux = Tmux(folder)

    def begin(self) -> list[str]:
        return self._tmux.new_session(self._command)

    def come_back(self) -> list[str]:
        return self._tmux.attach()

    def end(self) -> None:
        self._tmux.kill()


class ScreenDesk(Desk):
    """GNU screen."""

    detach = "\x01d"

    def __init__(self, folder: Path, service: StrictEndpoint) -> None:
        super().__init__(folder, service)
        self._screen = need("screen")
        self._name = f"desk-{os.getpid()}-{folder.name}"

    def begin(self) -> list[str]:
        return [self._screen, "-S", self._name, "-c", "/dev/null", *self._command]

    def come_back(self) -> list[str]:
        return [self._screen, "-r", self._name]

    def end(self) -> None:
        command = [self._screen, "-S", self._name, "-X", "quit"]
        subprocess.run(command, check=False, capture_output=True)


class DtachDesk(Desk):
    """dtach."""

    detach = "\x1c"

    def __init__(self, folder: Path, service: StrictEndpoint) -> None:
        super().__init__(folder, service)
        self._dtach = need("dtach")

    def begin(self) -> list[str]:
        return [self._dtach, "-c", str(self.folder / "socket"), *self._command]

    def come_back(self) -> list[str]:
        return [self._dtach, "-a", str(self.folder / "socket")]

    def end(self) -> None:
        for parent in self.program.parents():
            if parent.name() == "dtach":
                parent.kill()


@pytest.fixture(params=[TmuxDesk, ScreenDesk, DtachDesk], ids=["tmux", "screen", "dtach"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with InBackground(StrictEndpoint(key=None)) as service:
        desk = request.param(tmp_path, service)
        yield desk
        if (tmp_path / "pid").exists() and psutil.pid_exists(int((tmp_path / "pid").read_text())):
            desk.program.kill()
        desk.end()


def open_in(command: list[str], columns: int, rows: int) -> Terminal:
    return Terminal(
        command[1:], program=command[:1], columns=columns, rows=rows, env=OUTSIDE, answers=True
    )


def whole(desk: Desk, columns: int, rows: int) -> Callable[[str], bool]:
    """Whether a screen shows the pane from edge to edge, its words and the keys below."""

    def is_whole(screen: str) -> bool:
        lines = screen.splitlines()[: rows - desk.rows_of_its_own]
        top, bottom = lines[0], lines[-3]
        return (
            top.startswith("┏")
            and len(top) > columns - 3
            and bottom.startswith("┗")
            and "source" in lines[-2]
            and lines[-1].endswith("quit")
            and "esc closes" not in screen
            and re.search(r"\bw\d+ w\d+ ", screen) is not None
        )

    return is_whole


def leave_it(desk: Desk, terminal: Terminal) -> None:
    terminal.type(desk.detach)
    assert terminal.leave() == 0


@pytest.mark.some(1)
def test_left_it_goes_on_quietly_and_come_back_to_it_is_all_there(desk: Desk) -> None:
    with open_in(desk.begin(), 100, 30) as terminal:
        terminal.until(whole(desk, 100, 30))
        leave_it(desk, terminal)
    program = desk.program
    held, saved = program.memory_info().rss, len(desk.saved)
    assert share_of_a_core(program.pid) < BUSY
    wait_until(lambda: len(desk.saved) > saved)
    for columns, rows in ((72, 20), (120, 40)):
        with open_in(desk.come_back(), columns, rows) as terminal:
            terminal.until(whole(desk, columns, rows))
            terminal.type("?")
            terminal.until_text("esc closes")
            terminal.type("\x1b")
            terminal.until(whole(desk, columns, rows))
            leave_it(desk, terminal)
    assert program.memory_info().rss < held + GROWN_BYTES
    with open_in(desk.come_back(), 80, 24) as terminal:
        terminal.until(whole(desk, 80, 24))
        assert terminal.quit() == 0
    wait_until(lambda: is_gone(program))
    assert "session_end" in desk.saved


@pytest.mark.long
def test_when_it_goes_the_program_ends_and_its_journal_is_closed(desk: Desk) -> None:
    with open_in(desk.begin(), 100, 30) as terminal:
        terminal.until(whole(desk, 100, 30))
        program = desk.program
        leave_it(desk, terminal)
    desk.end()
    wait_until(lambda: is_gone(program))
    assert "session_end" in desk.saved


@pytest.mark.some(1)
def test_a_hang_up_from_outside_is_left_in_good_order(desk: Desk) -> None:
    with open_in(desk.begin(), 100, 30) as terminal:
        terminal.until(whole(desk, 100, 30))
        program = desk.program
        program.send_signal(signal.SIGHUP)
        terminal.leave()
    assert is_gone(program)
    assert "session_end" in desk.saved
