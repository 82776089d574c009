"""The measured programs, started as a user starts them, each with a name for `--what`."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from tests.proofs.bench.recording import Recording

COLUMNS, ROWS = 200, 50
KEY = "key-of-the-bench-0123456789"
ANSWERS = {b"\x1b[?2026$p": b"\x1b[?2026;2$y", b"\x1b[c": b"\x1b[?62;22c"}
"""Answers of present terminals: synchronized output is known, left-right margins are not."""
QUIT_SECONDS = 10.0

Region = tuple[int, int]
"""First column and width of a part of the screen whose rows belong together."""


@dataclass(frozen=True, slots=True)
class Load:
    """The input of a subject, and a folder of its own."""

    urls: list[str]
    speech_port: int
    transport: str
    folder: Path


class Subject(Protocol):
    """A running program. Leaving the block ends all its processes."""

    started_at: float
    on_screen: bool

    @property
    def recording(self) -> Recording:
        """The recording of its output."""
        ...

    def roots(self) -> list[int]:
        """Return the processes whose trees are counted."""
        ...

    def regions(self) -> list[Region]:
        """Return the parts of the screen in which texts are wrapped."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


def environment(load: Load) -> dict[str, str]:
    """Return the user's environment without settings of the program, with a present terminal."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SCRIBE_")}
    for name in ("TMUX", "TMUX_PANE", "NO_COLOR"):
        kept.pop(name, None)
    return kept | {
        "TERM": "xterm-256color",
        "COLORTERM": "truecolor",
        "LANG": "C.UTF-8",
        "ELEVENLABS_API_KEY": KEY,
        "HOME": str(load.folder),
        "BENCH_ENDPOINT": f"ws://127.0.0.1:{load.speech_port}",
    }


def _program(load: Load, *command: str) -> list[str]:
    return [
        str(Path(sys.executable).with_name("scribe-tui")),
        *command,
        *load.urls,
        *("--endpoint", f"http://127.0.0.1:{load.speech_port}"),
        *("--transport", load.transport),
        *("--log-dir", str(load.folder / "logs")),
    ]


class Terminal:
    """A command in a pseudo-terminal of the bench."""

    on_screen = True

    def __init__(self, command: list[str], load: Load, quit_keys: bytes = b""):
        self._quit_keys = quit_keys
        self._master, slave = pty.openpty()
        size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(load),
            cwd=load.folder,
        )
        os.close(slave)
        self.recording = Recording(self._master, ANSWERS)

    def roots(self) -> list[int]:
        """The command's process."""
        return [self.process.pid]

    def regions(self) -> list[Region]:
        """The whole width: the program wraps at words."""
        return [(0, COLUMNS)]

    def press(self, keys: bytes) -> float:
        """Type `keys`; return the instant, on the clock of the recording."""
        os.write(self._master, keys)
        return time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        if self._quit_keys and self.process.poll() is None:
            os.write(self._master, self._quit_keys)
        _end(self.process)
        self.recording.wait()
        os.close(self._master)


class Piped:
    """A command whose output goes to a pipe of the bench."""

    on_screen = False

    def __init__(self, command: list[str], load: Load):
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=environment(load),
            cwd=load.folder,
        )
        assert self.process.stdout is not None
        self.recording = Recording(self.process.stdout.fileno())

    def roots(self) -> list[int]:
        """The command's process."""
        return [self.process.pid]

    def regions(self) -> list[Region]:
        """No screen."""
        return []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.process.send_signal(signal.SIGINT)
        _end(self.process)
        self.recording.wait()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Wait for the process to end as requested, then kill it."""
    try:
        process.wait(QUIT_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{process.args!r} did not end when asked to", file=sys.stderr)
        process.kill()
        process.wait()


def _tui(load: Load) -> Subject:
    return Terminal(_program(load), load, quit_keys=b"\x03")


def _record(load: Load) -> Subject:
    return Piped(_program(load, "record"), load)


def _yardstick(load: Load) -> Subject:
    from tests.proofs.bench.yardstick import Yardstick

    return Yardstick(load)


SUBJECTS: dict[str, Callable[[Load], Subject]] = {
    "yardstick": _yardstick,
    "tui": _tui,
    "record": _record,
}
_NEEDS = {"yardstick": ("tmux", "ffmpeg")}


def missing(what: str) -> str | None:
    """Return the missing system program that `what` needs, None if it has all."""
    for program in _NEEDS.get(what, ()):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    return None
