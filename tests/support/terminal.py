"""Terminal: a real pseudo-terminal with the real program, read through a terminal emulator."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pexpect
import pyte

from tests.support.forked_terminal import ForkedTerminal
from tests.support.program import PROGRAM, may_be_forked
from tests.support.waiting import PATIENCE, wait_until

__all__ = ["PROGRAM", "Terminal"]

TIOCGPTN = 0x80045430
"""The ioctl by which Linux gives a pseudo-terminal's number; os.ptsname needs Python 3.13."""
WAITED_FOR = re.compile(r"tfd:\s*(\d+) events:\s*([0-9a-f]+)")
"""Matches each file of an epoll, in /proc/N/fdinfo."""
SLICE_SECONDS = 0.02
"""Seconds between two reads of a slow terminal, each of a few bytes."""
CATCH_UP_SECONDS = 0.5
"""Most seconds of missed reading that are made up after the machine did something else."""


class Terminal:
    """Runs `scribe-tui ARGUMENTS` in a terminal of `columns` x `rows`.

    `screen` is what a user sees; `raw` has every byte written to the terminal. It is read only
    while a method waits, at most `bytes_per_second` if that is set. With `answers` it answers
    queries, such as for the cursor position.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 120,
        rows: int = 40,
        env: Mapping[str, str] | None = None,
        program: Sequence[str] = PROGRAM,
        cwd: Path | None = None,
        bytes_per_second: int = 0,
        answers: bool = False,
    ):
        self.bytes_per_second = bytes_per_second
        self._read_at = 0.0
        self._screen = pyte.Screen(columns, rows)
        if answers:
            self._screen.write_process_input = self._answer  # type: ignore[method-assign]
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""
        self._hung_up = False
        base = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        whole = {**base, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **(env or {})}
        folder = str(cwd) if cwd else None
        self._child: ForkedTerminal | pexpect.spawn[bytes]
        if program == PROGRAM and may_be_forked(whole):
            self._child = ForkedTerminal(arguments, (rows, columns), whole, folder)
            return
        self._child = pexpect.spawn(
            program[0],
            [*program[1:], *arguments],
            dimensions=(rows, columns),
            env=whole,
            timeout=PATIENCE,
            cwd=folder,
            preexec_fn=_default_signals,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._hung_up:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            wait_until(lambda: not self.is_running)
            return
        if self._child.isalive():
            os.killpg(os.getpgid(self.pid), signal.SIGKILL)
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        """Process id of the program."""
        assert self._child.pid is not None
        return self._child.pid

    @property
    def screen(self) -> str:
        """The lines on the screen, without trailing blanks."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def text(self) -> str:
        """Everything written, as text with escape sequences."""
        return self.raw.decode("utf-8", "replace")

    def type(self, keys: str) -> None:
        """Press keys; `\\x1b` and the like are sent as they are."""
        self._child.send(keys)

    def send_bytes(self, data: bytes) -> None:
        """Send bytes that may be no key, at once and unchanged."""
        os.write(self._child.child_fd, data)

    @property
    def is_full(self) -> bool:
        """Whether the program waits to write to the terminal, which must read first.

        Linux shows what a process waits for. The terminal itself sometimes reports space that it
        gives to nobody before something is read.
        """
        process = Path(f"/proc/{self.pid}")
        side = f"/dev/pts/{self._number()}"
        for info in (process / "fdinfo").iterdir():
            with suppress(FileNotFoundError):
                for target, events in WAITED_FOR.findall(info.read_text()):
                    waits_to_write = int(events, 16) & select.EPOLLOUT
                    if waits_to_write and str((process / "fd" / target).readlink()) == side:
                        return True
        return False

    @property
    def is_in_order(self) -> bool:
        """Whether the normal screen, a visible cursor and echo are restored."""
        entered, left = self.raw.rfind(b"\x1b[?1049h"), self.raw.rfind(b"\x1b[?1049l")
        echoes = termios.tcgetattr(self._child.child_fd)[3] & termios.ECHO
        return left >= entered and not self._screen.cursor.hidden and bool(echoes)

    @property
    def is_running(self) -> bool:
        """Whether the program runs."""
        return bool(self._child.isalive())

    @property
    def local_modes(self) -> int:
        """The terminal's local modes (echo, canonical mode and so on) as they are now."""
        return int(termios.tcgetattr(self._child.child_fd)[3])

    def _number(self) -> int:
        """Return N of /dev/pts/N, the program's side."""
        answer = fcntl.ioctl(self._child.child_fd, TIOCGPTN, bytes(4))
        return int(struct.unpack("I", answer)[0])

    def clear(self) -> None:
        """Clear the emulator, like a terminal that has just been attached."""
        self._screen.reset()

    def resize(self, columns: int, rows: int, *, told: bool = True) -> None:
        """Change the size; with `told` the kernel notifies the program."""
        if told:
            size = struct.pack("HHHH", rows, columns, 0, 0)
            fcntl.ioctl(self._child.child_fd, termios.TIOCSWINSZ, size)
        self._screen.resize(rows, columns)

    def vanish(self) -> int:
        """Replace this side by /dev/null while it stays open; return as `leave` does."""
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, self._child.child_fd)
        os.close(nowhere)
        return self.leave()

    def hang_up(self) -> None:
        """Close the terminal, so that the kernel sends SIGHUP; nothing more can be read."""
        self._hung_up = True
        if isinstance(self._child, ForkedTerminal):
            self._child.hang_up()
            return
        child: Any = self._child
        child.ptyproc.fileobj.close()
        child.ptyproc.closed = child.closed = True

    def until(self, condition: Callable[[str], object], seconds: float = PATIENCE) -> str:
        """Read until `condition` holds for the screen; return the screen."""
        end = time.monotonic() + seconds
        while not condition(self.screen):
            if time.monotonic() > end or not self._read():
                raise AssertionError(f"never came true; the screen:\n{self.screen}")
        return self.screen

    def until_text(self, text: str, seconds: float = PATIENCE) -> str:
        """Read until `text` is on the screen."""
        return self.until(lambda screen: text in screen, seconds)

    def quit(self, seconds: float = PATIENCE) -> int:
        """Press q and answer yes, slowly enough to count; return the exit code."""
        self.type("q")
        self.until_text("quit?")
        return self.say_yes(seconds)

    def say_yes(self, seconds: float = PATIENCE) -> int:
        """Answer yes to that question; return the exit code."""
        return self.leave(seconds, look=self._say_yes)

    def _say_yes(self) -> None:
        """Answer yes again and again: an answer faster than a person reads is ignored."""
        if "quit?" in self.screen:
            self.type("y")

    def leave(self, seconds: float = PATIENCE, look: Callable[[], object] = lambda: None) -> int:
        """Read until the program has ended; return its exit code, 128 + N for signal N.

        `look` is called after every read.
        """
        end = time.monotonic() + seconds
        while self._read():
            look()
            if time.monotonic() > end:
                raise AssertionError(f"still running; the screen:\n{self.screen}")
        wait_until(lambda: not self.is_running)
        if self._child.signalstatus is not None:
            return 128 + self._child.signalstatus
        return self._child.exitstatus or 0

    def _read(self) -> bool:
        most = 65536
        if self.bytes_per_second:
            time.sleep(max(0.0, self._read_at + SLICE_SECONDS - time.monotonic()))
            now = time.monotonic()
            since = min(CATCH_UP_SECONDS, now - self._read_at)
            self._read_at = now
            most = max(1, int(self.bytes_per_second * since))
        try:
            data: bytes = self._child.read_nonblocking(most, timeout=0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        self._stream.feed(data)
        return True

    def _answer(self, data: str) -> None:
        self.send_bytes(data.encode())


def _default_signals() -> None:
    """Reset signals as a shell in a terminal does, even if the tests run under nohup."""
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
