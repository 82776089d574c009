"""Runs several commands of the program in one process, each in a fork of the loaded program."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_EACH = """
import gc, importlib, json, os, pkgutil, sys, tempfile
from scribe_tui import cli
from scribe_tui.cli import past_runs, program
for module in pkgutil.iter_modules(past_runs.__path__, past_runs.__name__ + "."):
    importlib.import_module(module.name)
gc.freeze()
for words in json.loads(sys.argv[1]):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        if not os.fork():
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            cli.main(words)
        code = os.waitstatus_to_exitcode(os.wait()[1])
        said = [(file.seek(0), file.read().decode())[1] for file in (out, err)]
    print(json.dumps([code, *said]))
"""


class Done(NamedTuple):
    """How a command ended, and what it printed."""

    returncode: int
    stdout: str
    stderr: str


def run_each(
    commands: Sequence[Sequence[str]],
    before: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> list[Done]:
    """Run commands one after the other; `before` are words in front of the interpreter's path."""
    done = subprocess.run(
        [*before, sys.executable, "-c", _EACH, json.dumps(commands)],
        capture_output=True, text=True, timeout=120, check=True, env=env,
    )  # fmt: skip
    return [Done(*json.loads(line)) for line in done.stdout.splitlines()]
