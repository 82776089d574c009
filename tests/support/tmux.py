"""Tmux: a separate tmux server with tmux's defaults; its pane is read by captures."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.support.requirements import need


class Tmux:
    """A tmux server that starts with the command of `new_session`, in any terminal."""

    def __init__(self, folder: Path) -> None:
        """Use a socket in `folder`."""
        self._program = need("tmux")
        self._socket = folder / "tmux"

    def command(self, *arguments: str) -> list[str]:
        """Return the command line `tmux ARGUMENTS` for this server."""
        return [self._program, "-S", str(self._socket), "-f", "/dev/null", *arguments]

    def new_session(self, command: Sequence[str]) -> list[str]:
        """Return the command to run in a terminal: a session with `command` in it."""
        return self.command("new-session", "-s", "desk", *command)

    def attach(self) -> list[str]:
        """Return the command to attach another terminal to the session."""
        return self.command("attach-session", "-t", "desk")

    def capture(self) -> str:
        """Return the content of the pane; empty without a server."""
        done = subprocess.run(
            self.command("capture-pane", "-p", "-t", "desk"),
            check=False,
            capture_output=True,
            text=True,
        )
        return "\n".join(line.rstrip() for line in done.stdout.splitlines())

    def run(self, *arguments: str) -> str:
        """Run a tmux command on the server; return its output."""
        done = subprocess.run(self.command(*arguments), check=False, capture_output=True, text=True)
        return done.stdout

    def kill(self) -> None:
        """Kill the server, which hangs up on what runs in it."""
        self.run("kill-server")
