"""Signals as requests to leave: the first leaves in good order, a second at once.

One request may arrive as several signals: `timeout` and closing terminals send theirs twice, to the
program and to its group, systemd sends SIGHUP after SIGTERM, the kernel SIGXCPU each second. So
signals that follow within a moment are the same request, and only signals that people send count as
a second one.

Every other signal that would kill the program is such a request, too: otherwise the terminal would
stay as the screen has set it, and the journal without its end. Not included are signals of a fault
in machine code (SIGSEGV and similar), after which nothing can be done in order.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

ONE_WISH_SECONDS = 0.25
"""The same signal within this many seconds is the same request: a busy program sees it late."""

_OF_PEOPLE = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGQUIT})
_DEADLY = (
    "SIGINT SIGTERM SIGHUP SIGQUIT SIGUSR1 SIGUSR2 SIGALRM SIGVTALRM SIGPROF SIGXCPU SIGXFSZ "
    "SIGPIPE SIGABRT SIGTRAP SIGPOLL SIGPWR SIGSTKFLT SIGEMT"
)  # SIGPIPE and SIGXFSZ: Python has the program ignore them
SIGNALS: tuple[int, ...] = (
    *(getattr(signal, name) for name in _DEADLY.split() if hasattr(signal, name)),
    *(range(signal.SIGRTMIN, signal.SIGRTMAX + 1) if hasattr(signal, "SIGRTMIN") else ()),
)
"""Signals whose default is to end the process, as far as this system has them."""


class Signals:
    """While entered, signals call `leave` instead of killing the process. Needs a running loop.

    Signals that the program was started to ignore (`nohup`, a shell's background job) stay ignored.
    `at_once` is called before a second request ends the process.
    """

    def __init__(
        self, leave: Callable[[], None], *, at_once: Callable[[], None] = lambda: None
    ) -> None:
        self._leave = leave
        self._at_once = at_once
        self._first: int | None = None
        self._first_at = 0.0
        self._handled = [
            number for number in SIGNALS if signal.getsignal(number) is not signal.SIG_IGN
        ]

    @property
    def exit_code(self) -> int:
        """128 plus the signal's number, 0 if none came."""
        return 0 if self._first is None else 128 + self._first

    def __enter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in self._handled:
            loop.add_signal_handler(number, self._receive, number)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        loop = asyncio.get_running_loop()
        for number in self._handled:
            loop.remove_signal_handler(number)
            if self._first is not None:  # leaving is under way: only a person may end it sooner
                hurries = number in _OF_PEOPLE
                signal.signal(number, signal.SIG_DFL if hurries else signal.SIG_IGN)

    def _receive(self, number: int) -> None:
        now = time.monotonic()
        if self._first is None:
            self._first, self._first_at = number, now
            self._leave()
        elif number in _OF_PEOPLE and not (
            number == self._first and now - self._first_at < ONE_WISH_SECONDS
        ):
            self._at_once()
            end_children()
            os._exit(128 + number)


def end_children() -> None:
    """Kill the decoders and workers this process started: nothing may outlive it.

    Linux lists the children of each thread; elsewhere they end when their pipes close.
    """
    for listing in Path("/proc/self/task").glob("*/children"):
        for child in listing.read_text().split():
            try:
                os.kill(int(child), signal.SIGKILL)
            except ProcessLookupError:
                continue
