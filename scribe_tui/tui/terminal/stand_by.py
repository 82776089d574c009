"""StandBy: a helper process that restores the terminal if this program is killed.

SIGKILL, the kernel when memory runs out, and a fault in machine code (SIGSEGV) end a process at
once: the shell's prompt would appear on the alternate screen, without echo. So a small shell waits
on a pipe from this process. It runs in its own session, so that no signal to the process group or
from the terminal reaches it. If the pipe closes without the word `done`, it leaves the screen. It
restores line modes only if they are still those of the screen, because most shells restore them by
themselves and go on to read keys.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import Any

DONE = b"done\n"
END_SECONDS = 1.0
"""Longest wait in seconds for the helper to end; it needs a millisecond."""

_SCRIPT = r"""
read -r word
[ "$word" = done ] && exit
printf '%b\r\n%s\r\n' "$1" "$3"
exec 3<&1
case "$(stty -a <&3)" in
*-isig*) stty "$2" <&3 || stty sane <&3 ;;
esac
"""


class StandBy:
    """Waits from its creation to `end`. If no helper can be started, there is none."""

    def __init__(
        self, terminal: int, modes: list[Any], leave_screen: bytes, last_words: str
    ) -> None:
        """`terminal` is its descriptor; `modes` are as `termios.tcgetattr` returns them.

        `leave_screen` is written to the terminal, then the line `last_words`.
        """
        self._helper: subprocess.Popen[bytes] | None = None
        escaped = "".join(f"\\0{byte:03o}" for byte in leave_screen)
        command = ["/bin/sh", "-c", _SCRIPT, "scribe-tui-stand-by", escaped, saved(modes)]
        with suppress(OSError):
            self._helper = subprocess.Popen(
                [*command, last_words],
                stdin=subprocess.PIPE,
                stdout=terminal,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
            )

    def end(self) -> None:
        """End the helper without output: the terminal is already in order."""
        helper, self._helper = self._helper, None
        if helper is None or helper.stdin is None:
            return
        with suppress(OSError):  # the helper was killed first
            os.write(helper.stdin.fileno(), DONE)
        with suppress(OSError):
            helper.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            helper.wait(END_SECONDS)


def saved(modes: list[Any]) -> str:
    """Return `modes` in the form of Linux's `stty -g`; elsewhere the helper uses `stty sane`."""
    special = modes[6]
    numbers = [*modes[:4], *(byte if isinstance(byte, int) else ord(byte) for byte in special)]
    return ":".join(f"{number:x}" for number in numbers)
