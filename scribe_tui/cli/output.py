"""Lines on stdout and stderr, whose reader may be gone."""

from __future__ import annotations

import os
import sys
from io import TextIOWrapper


def open_standard_descriptors() -> None:
    """Open those of descriptors 0 to 2 that are closed as /dev/null, before any file is opened.

    Otherwise the next opened file would get one of these numbers, and output meant for a terminal
    or a pipe (transcript text) would be written to it. Python sets such a stream to None: then what
    is printed to stderr would go to stdout. Standard input stays unreadable: `record -` would take
    an empty one for a recording without sound.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: the next file opened gets this number
            os.open(os.devnull, os.O_RDWR if descriptor else os.O_WRONLY)
        if getattr(sys, name) is None:
            stream = open(  # noqa: SIM115 - a descriptor, for as long as the program
                descriptor, "w" if descriptor else "r", encoding="utf-8", closefd=False
            )
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)
    if isinstance(sys.stdout, TextIOWrapper):  # characters that its encoding lacks become `?`
        sys.stdout.reconfigure(errors="replace")


def say(line: str) -> None:
    """Print `line` on stdout; it does not matter whether anybody can still read it."""
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
    """Discard what is left in stdout's buffer, so that the exit does not fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
