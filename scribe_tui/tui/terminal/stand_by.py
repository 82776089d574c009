"""StandBy: a helper process that restores the terminal if this program is killed.

SIGKILL, the kernel when memory runs out, and a fault in machine code (SIGSEGV) end a process
where it stands: the shell's prompt would appear on the alternate screen, without echo. A
shell of a few hundred kilobytes waits on a pipe from this process, in a session of its own so
that no signal to the group or the terminal reaches it. If the pipe ends without a word, it
leaves the screen; line modes are restored only if they are still those of the screen, for most
shells do that themselves and go on to read keys.
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from typing import Any

DONE = b"done\n"
END_SECONDS = 1.0
"""Longest wait for the helper at the end; it needs a millisecond."""

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
    """Waits from its making to `end`. Where no helper can be had there is none: none is needed."""

    def __init__(
        self, terminal: int, modes: list[Any], leave_screen: bytes, last_words: str
    ) -> None:
        """`terminal` is a descriptor of it, `modes` as `termios.tcgetattr` gives them.

        `leave_screen` is written to it, then the line `last_words`.
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
        """The terminal is in order: the helper goes without a word."""
        helper, self._helper = self._helper, None
        if helper is None or helper.stdin is None:
            return
        with suppress(OSError):  # it was killed before us
            os.write(helper.stdin.fileno(), DONE)
        with suppress(OSError):
            helper.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            helper.wait(END_SECONDS)


def saved(modes: list[Any]) -> str:
    """Modes in the form of Linux's `stty -g`; another system's takes `stty sane` instead."""
    special = modes[6]
    numbers = [*modes[:4], *(byte if isinstance(byte, int) else ord(byte) for byte in special)]
    return ":".join(f"{number:x}" for number in numbers)
