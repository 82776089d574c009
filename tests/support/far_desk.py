"""FarDesk: a remote user's terminal: a real ssh, a real tmux, and the monitor in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.support.sshd import LoopbackSshd
from tests.support.terminal import PROGRAM, Terminal
from tests.support.tmux import Tmux
from tests.support.waiting import PATIENCE

LOOK_SECONDS = 0.1
"""Seconds between two captures of tmux's pane."""


def asking(shown: str) -> list[str]:
    """Return the lines that may ask for input: those of a form, and the last two."""
    lines = shown.splitlines()
    return [line for line in lines if "source " in line] + lines[-2:]


class FarDesk:
    """Types into the terminal, and reads the screen by tmux captures."""

    def __init__(
        self,
        folder: Path,
        arguments: Sequence[str],
        env: Mapping[str, str],
        columns: int = 110,
        rows: int = 32,
    ) -> None:
        """`folder` holds the files of sshd and tmux; the program starts in it."""
        (folder / "sshd").mkdir()
        self._sshd = LoopbackSshd(folder / "sshd")
        self._tmux = Tmux(folder)
        self._command = ["env", "-C", str(folder), *PROGRAM, *arguments]
        self._env, self._size = env, (columns, rows)

    def __enter__(self) -> Self:
        self._sshd.__enter__()
        line = self._sshd.ssh(self._tmux.new_session(self._command), self._env)
        columns, rows = self._size
        self.terminal = Terminal(
            line[1:], program=line[:1], columns=columns, rows=rows, answers=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._tmux.kill()
        self.terminal.__exit__()
        self._sshd.__exit__()

    def until(self, condition: Callable[[str], object], seconds: float = PATIENCE) -> str:
        """Read until `condition` holds for the content of the pane; return that content."""
        end, look_at = time.monotonic() + seconds, 0.0
        shown = ""

        def holds(_screen: str) -> bool:
            nonlocal look_at, shown
            if time.monotonic() < look_at:
                return False
            shown = self._tmux.capture()
            look_at = time.monotonic() + LOOK_SECONDS
            return bool(condition(shown))

        try:
            self.terminal.until(holds, end - time.monotonic())
        except AssertionError:
            raise AssertionError(f"never came true; the pane:\n{shown}") from None
        return shown

    def until_text(self, *texts: str) -> str:
        """Read until all texts are shown."""
        return self.until(lambda shown: all(text in shown for text in texts))

    def until_gone(self, text: str) -> str:
        """Read until `text` is no longer shown."""
        return self.until(lambda shown: text not in shown)

    def press(self, key: str, *texts: str) -> str:
        """Press a key, and wait for `texts`."""
        self.terminal.type(key)
        return self.until_text(*texts)

    def fill_in(self, text: str, *texts: str) -> str:
        """Type into the line that asks, wait until it shows that, press enter; wait for `texts`."""
        self.terminal.type(text)
        self.until(lambda shown: any(text in line for line in asking(shown)))
        return self.press("\r", *texts)

    def close_dialog(self, text: str) -> str:
        """Press escape, and wait until `text` is gone."""
        self.terminal.type("\x1b")
        return self.until_gone(text)

    def quit(self) -> None:
        """Press q, answer yes as slowly as a person, and check that everything ends with code 0."""
        self.press("q", "quit?")
        said = [0.0]

        def say_yes() -> None:
            if time.monotonic() > said[0] + 1.0 and "quit?" in self._tmux.capture():
                said[0] = time.monotonic()
                self.terminal.type("y")

        assert self.terminal.leave(look=say_yes) == 0
