"""Side: a server in another process; it prints its port, then answers commands line by line."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self


class Side:
    """`python -m MODULE ARGUMENTS`, controlled over its standard input and output.

    `within` is a command that runs it, like `ip netns exec NAME`.
    """

    def __init__(self, module: str, *arguments: str, within: Sequence[str] = ()):
        self._process = subprocess.Popen(
            [*within, sys.executable, "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        self.port: int = self._answer()

    def ask(self, command: str) -> Any:
        """Return the server's answer to `command`."""
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        return json.loads(line)


async def answer_commands(port: int, commands: dict[str, Callable[[], Any]]) -> None:
    """The server's half of `Side`: print the port, answer until the input ends."""
    print(port, flush=True)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    while line := await reader.readline():
        print(json.dumps(commands[line.decode().strip()]()), flush=True)
