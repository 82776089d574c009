"""The yardstick: the vendor's quick-start script, one for each pane of a tmux."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from tests.proofs.bench.process_tree import kill_trees
from tests.proofs.bench.recording import Recording
from tests.proofs.bench.subjects import COLUMNS, ROWS, Load, Region, Terminal, environment

SCRIPT = Path(__file__).with_name("quickstart.py")


class Yardstick:
    """A tmux server with one script per pane, tiled, and its client in a terminal of the bench.

    Scripts, their decoders, tmux's server and its client are counted; there is no shell, because
    none is started. tmux wraps the text of a pane in the middle of words.
    """

    on_screen = True

    def __init__(self, load: Load):
        self._load = load
        self._name = f"scribe-bench-{os.getpid()}-{load.speech_port}"
        self.started_at = time.monotonic()
        first, *others = ([sys.executable, str(SCRIPT), url] for url in load.urls)
        self._tmux("-f", "/dev/null", "new-session", "-d", *_SIZE, *first)
        self._server = int(self._tmux("display-message", "-p", "#{pid}"))
        try:
            self._client = Terminal(["tmux", "-L", self._name, "attach"], load)
            for command in others:
                self._tmux("split-window", *command)
                self._tmux("select-layout", "tiled")
        except BaseException:
            kill_trees([self._server])
            raise

    @property
    def recording(self) -> Recording:
        """The recording of what tmux's client wrote to the terminal."""
        return self._client.recording

    def roots(self) -> list[int]:
        """Return the server (all scripts are its children) and the client."""
        return [self._server, *self._client.roots()]

    def regions(self) -> list[Region]:
        """Return the columns of the panes."""
        listed = self._tmux("list-panes", "-F", "#{pane_left} #{pane_width}").splitlines()
        pairs = (line.split() for line in listed)
        return sorted({(int(left), int(width)) for left, width in pairs})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        kill_trees([self._server])
        self._client.__exit__(None, None, None)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-L", self._name, *arguments],
            env=environment(self._load),
            cwd=self._load.folder,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


_SIZE = ("-x", str(COLUMNS), "-y", str(ROWS))
