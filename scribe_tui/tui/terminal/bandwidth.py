"""Whether to send the terminal less: by the user's setting, else by the measured line rate.

Instants and measured rates go in, a decision comes out.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

THIN = 8_000.0
"""Bytes a second. A busy wall of twelve panes sends less than this if all is sent."""
DWELL_SECONDS = 60.0
"""A line found to be thin counts as thin for this long: sending less makes it look faster."""
BLIND = 1_800.0
"""Bytes a second to a far terminal that answers nothing: the least that a line takes, nearly."""
TMUX_SECONDS = 1.0

_SSH = ("SSH_CONNECTION", "SSH_TTY")


class BandwidthPolicy:
    """`wanted`: on or off whatever the line takes; None: by the line."""

    def __init__(self, wanted: bool | None) -> None:
        """Nothing is known of the line yet."""
        self._wanted = wanted
        self._thin_until = 0.0

    def is_on(self, rate: float | None, now: float) -> bool:
        """Whether to send less at `now`, as the line takes `rate`; None: all there is."""
        if self._wanted is not None:
            return self._wanted
        if rate is not None and rate < THIN:
            self._thin_until = now + DWELL_SECONDS
        return now < self._thin_until


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is on another machine, as far as that can be seen.

    tmux knows where its client came from that attached last; what was so when the program
    started may be of another day. GNU screen and dtach do not say which.
    """
    if environ.get("TMUX") and (said := _tmux_says(_SSH[0])) is not None:
        return said
    return any(environ.get(name) for name in _SSH)


def _tmux_says(name: str) -> bool | None:
    """Whether the session's environment has `name`; None if tmux does not know."""
    try:
        done = subprocess.run(
            ["tmux", "show-environment", name],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=TMUX_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    return done.stdout.startswith(f"{name}=".encode())
