"""Lines on stdout and stderr, whose reader may be gone."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


def open_standard_descriptors() -> None:
    """Let descriptors 0 to 2 that are closed lead nowhere, before any file is opened.

    Else the next file to be opened gets one of these numbers, and what is meant for a
    terminal or a pipe (transcript text) lands in it. Python leaves such a stream None: what
    is printed on stderr would go to stdout then. Standard input stays one that cannot be read:
    `record -` would take its emptiness for a recording without sound.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: what is opened next gets this number
            os.open(os.devnull, os.O_RDWR if descriptor else os.O_WRONLY)
        if getattr(sys, name) is None:
            stream = open(  # noqa: SIM115 - a descriptor, for as long as the program
                descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False
            )
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
    if isinstance(sys.stdout, TextIOWrapper):  # what its encoding lacks becomes `?`
        sys.stdout.reconfigure(errors="replace")


def say(line: str) -> None:
    """Print `line` on stdout; whether anybody is left to read it does not matter."""
    try:
        print(line, flush=True)
    except OSError:  # the reader closed the pipe, or the terminal hung up
        discard_stdout()


def complain(sentence: str) -> None:
    """Print `sentence` on stderr, whose reader may be gone."""
    try:
        print(f"scribe-tui: {sentence}", file=sys.stderr, flush=True)
    except OSError:
        return


def discard_stdout() -> None:
    """Let what is left in stdout's buffer go nowhere instead of failing at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
