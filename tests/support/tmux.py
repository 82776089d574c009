"""A tmux server of its own, with tmux's defaults; what is in its pane is read by captures."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.requirements import need


class Tmux:
    """Nothing runs before `new_session` does, in whatever terminal."""

    def __init__(self, folder: Path) -> None:
        """Its socket is in `folder`."""
        self._program = need("tmux")
        self._socket = folder / "tmux"

    def command(self, *arguments: str) -> list[str]:
        """`tmux ARGUMENTS` for this server."""
        return [self._program, "-S", str(self._socket), "-f", "/dev/null", *arguments]

    def new_session(self, command: Sequence[str]) -> list[str]:
        """What to run in a terminal: a session with `command` in it."""
        return self.command("new-session", "-s", "desk", *command)

    def attach(self) -> list[str]:
        """What to run in another terminal, or later."""
        return self.command("attach-session", "-t", "desk")

    def capture(self) -> str:
        """What the pane shows; empty where there is no server."""
        done = subprocess.run(
            self.command("capture-pane", "-p", "-t", "desk"),
            check=False,
            capture_output=True,
            text=True,
        )
        return "\n".join(line.rstrip() for line in done.stdout.splitlines())

    def run(self, *arguments: str) -> str:
        """Tell the server something; what it answers."""
        done = subprocess.run(self.command(*arguments), check=False, capture_output=True, text=True)
        return done.stdout

    def kill(self) -> None:
        """The server goes, and hangs up on what runs in it."""
        self.run("kill-server")
