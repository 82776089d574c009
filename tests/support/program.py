"""Starts the program for tests that do not test its start.

Loading it takes half a second of CPU time. Outside CI a process that has loaded it forks itself
instead: the result is a child of the test's process with its own id, files, session and exit. In
CI, and if the interpreter would start differently (other `PYTHON...` variables or folders, a locale
that is not UTF-8), each start is a new process.
"""

from __future__ import annotations

import atexit
import ctypes
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import psutil

from tests.support.forked import THERE
from tests.support.requirements import IN_CI

PROGRAM = (sys.executable, "-m", "scribe_tui")
ROOT = Path(__file__).parents[2]
PR_SET_CHILD_SUBREAPER = 36
"""The prctl option by which orphaned descendants become children of this process."""
SIMPLE = {"cwd", "env", "stdin", "stdout", "stderr", "text"}
"""Options of a start that a fork can provide."""
HARMLESS = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}


def start(words: Sequence[str | os.PathLike[str]], **options: Any) -> subprocess.Popen[Any]:
    """Start the program with these arguments, like `Popen`."""
    given = [os.fspath(word) for word in words]
    if options.keys() <= SIMPLE and may_be_forked(options.get("env") or os.environ):
        return Forked(given, **options)
    return subprocess.Popen([*PROGRAM, *given], **options)


def run(
    words: Sequence[str | os.PathLike[str]], *, timeout: float = 120.0, **options: Any
) -> subprocess.CompletedProcess[Any]:
    """Run the program with these arguments, like `subprocess.run` without `check`."""
    if options.pop("capture_output", False):
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with start(words, **options) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def children() -> list[psutil.Process]:
    """Return the children of this process, except the one that has loaded the program."""
    loaded = _loaded()[1].pid if _loaded.cache_info().currsize else None
    return [child for child in psutil.Process().children() if child.pid != loaded]


def may_be_forked(env: Mapping[str, str]) -> bool:
    """Return whether an interpreter in `env` would start like the one with the program loaded."""
    if IN_CI or sys.platform != "linux":
        return False
    folders = env.get("PYTHONPATH", "").split(os.pathsep)
    others = {name for name in env if name.startswith("PYTHON")} - HARMLESS - {"PYTHONPATH"}
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    return (
        not others
        and all(folder in ("", str(ROOT)) for folder in folders)
        and locale.upper().endswith(("UTF-8", "UTF8"))
    )


class Forked(subprocess.Popen[Any]):
    """The program in a fork of a process that has loaded it; otherwise like any `Popen`.

    With `terminal` its standard input is the controlling terminal of a new session.
    """

    _one_at_a_time = threading.Lock()

    def __init__(self, words: Sequence[str], *, terminal: bool = False, **options: Any) -> None:
        self._terminal = terminal
        super().__init__([*PROGRAM, *words], **options)

    def _execute_child(
        self, args: list[str], _executable: Any, _preexec: Any, _close_fds: bool,
        _pass_fds: Any, cwd: Any, env: Mapping[str, str] | None, _startupinfo: Any, _flags: int,
        _shell: bool, p2cread: int, p2cwrite: int, c2pread: int, c2pwrite: int, errread: int,
        errwrite: int, *_: Any,
    ) -> None:  # fmt: skip
        files = [
            number if given < 0 else given
            for number, given in enumerate((p2cread, c2pwrite, errwrite))
        ]
        asked = {
            "words": args[len(PROGRAM):],
            "env": dict(os.environ if env is None else env),
            "cwd": os.fspath(cwd or Path.cwd()),
            "terminal": self._terminal,
        }  # fmt: skip
        with self._one_at_a_time:
            self.pid = _forked(json.dumps(asked).encode(), files)
        self._child_created = True
        self._close_pipe_fds(p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite)  # type: ignore[attr-defined]


def _forked(asked: bytes, files: list[int]) -> int:
    """Fork a new child; return its id."""
    line, _ = _loaded()
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    assert prctl(PR_SET_CHILD_SUBREAPER, 1) == 0
    try:
        socket.send_fds(line, [asked], files)
        pid = int(line.recv(64))
        assert line.recv(64) == THERE
    finally:
        prctl(PR_SET_CHILD_SUBREAPER, 0)
    return pid


@cache
def _loaded() -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Return the socket to the process that has loaded the program, which ends with this one."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.forked", str(its.fileno())],
        cwd=ROOT,
        env={**kept, "LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        pass_fds=[its.fileno()],
    )
    its.close()
    atexit.register(_end, ours, process)
    return ours, process


def _end(line: socket.socket, process: subprocess.Popen[bytes]) -> None:
    line.close()
    process.wait()
