"""Lines for the person at the terminal, who may have gone."""

from __future__ import annotations

import os
import sys


def say(line: str) -> None:
    """Print `line` on stdout; whether anybody is left to read it does not matter."""
    try:
        print(line, flush=True)
    except OSError:  # the reader closed the pipe, or the terminal hung up
        discard_stdout()


def complain(sentence: str) -> None:
    """Print `sentence` on stderr, which nobody may be reading any more."""
    try:
        print(f"scribe-tui: {sentence}", file=sys.stderr, flush=True)
    except OSError:
        return


def discard_stdout() -> None:
    """Let what is left in stdout's buffer go nowhere instead of failing at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
