"""A listening socket on loopback that turns clients away when file descriptors run out."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import socket
from typing import Any, Final

from scribe_tui.errors import UsageError
from scribe_tui.network.proxies import reach_directly

HOST: Final = "127.0.0.1"
_BACKLOG: Final = 128
_EXHAUSTED: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_RECEIVE_BYTES: Final = 64 * 1024
"""Size of the receive buffer: a client with more unread data must wait, and notices it. With the
kernel's default of megabytes, a ping would wait behind a minute of sound."""

_log = logging.getLogger(__name__)


class ListeningSocket(socket.socket):
    """A listening socket that closes new connections while no descriptor is free, and logs it once.

    asyncio alone leaves such clients waiting and logs an error a thousand times a second. Here one
    descriptor is kept in reserve. It is closed for a moment so that a client can be accepted and
    closed, which tells the client to come back later. Pass this as `sock` to asyncio's servers.
    """

    def __init__(self, port: int, what: str) -> None:
        """Listen on `port` of loopback, 0 for any; `what` names it in the log. Raises OSError."""
        super().__init__(socket.AF_INET, socket.SOCK_STREAM)
        self._what = what
        self._reserve: int | None = None
        self._turns_away = False
        try:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
            self.bind((HOST, port))
            self.listen(_BACKLOG)
            self.setblocking(False)
            self._keep_reserve()
        except OSError:
            self.close()
            raise
        reach_directly(HOST, self.port)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.getsockname()[1])

    def accept(self) -> tuple[socket.socket, Any]:
        """The next client; raises BlockingIOError when none waits."""
        while True:
            try:
                accepted = super().accept()
            except OSError as error:
                if error.errno not in _EXHAUSTED or self._reserve is None:
                    raise
                self._turn_away(error)
            else:
                self._turns_away = False
                return accepted

    def close(self) -> None:
        """Stop listening."""
        self._give_up_reserve()
        super().close()

    def _turn_away(self, error: OSError) -> None:
        if not self._turns_away:
            self._turns_away = True
            _log.warning(
                "%s: no more connections until others close (%s)", self._what, error.strerror
            )
        self._give_up_reserve()
        try:
            super().accept()[0].close()
        finally:
            self._keep_reserve()

    def _keep_reserve(self) -> None:
        with contextlib.suppress(OSError):  # taken by another program meanwhile
            self._reserve = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def _give_up_reserve(self) -> None:
        reserve, self._reserve = self._reserve, None
        if reserve is not None:
            os.close(reserve)


def cannot_listen(what: str, port: int, error: OSError) -> UsageError:
    """The error for `what`, which cannot listen on `port` because of `error`."""
    taken = error.errno == errno.EADDRINUSE
    why = "another program listens there" if taken else error.strerror or str(error)
    return UsageError(
        "port not free",
        f"{what} cannot listen on port {port}: {why}.",
        "Choose another with --port, or leave it out for any free one.",
    )
