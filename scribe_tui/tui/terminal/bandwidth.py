"""Whether to send the terminal less: by the user's setting, else by the measured line rate.

Instants and measured rates go in, a decision comes out.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

THIN = 8_000.0
"""Bytes per second below which a line is thin. Even twelve busy panes need less than this."""
DWELL_SECONDS = 60.0
"""A line found thin counts as thin for this many seconds: once less is sent, it looks faster."""
BLIND = 1_800.0
"""Bytes per second assumed for a remote terminal that answers nothing: nearly the slowest line."""
TMUX_SECONDS = 1.0

_SSH = ("SSH_CONNECTION", "SSH_TTY")


class BandwidthPolicy:
    """Decides whether to send less: as the user set it, else by the measured line rate."""

    def __init__(self, wanted: bool | None) -> None:
        """`wanted`: always on (True) or always off (False); None: decide by the line rate."""
        self._wanted = wanted
        self._thin_until = 0.0

    def is_on(self, rate: float | None, now: float) -> bool:
        """Return whether to send less at `now` (seconds).

        `rate` is what the line takes in bytes per second; None: no limit was seen.
        """
        if self._wanted is not None:
            return self._wanted
        if rate is not None and rate < THIN:
            self._thin_until = now + DWELL_SECONDS
        return now < self._thin_until


def over_ssh(environ: Mapping[str, str]) -> bool:
    """Return whether the terminal is on another machine, as far as that can be seen.

    Inside tmux, tmux is asked where the client came from that attached last, because the
    environment in which the program started may be outdated. GNU screen and dtach do not say, so
    for them the environment decides.
    """
    if environ.get("TMUX") and (said := _tmux_says(_SSH[0])) is not None:
        return said
    return any(environ.get(name) for name in _SSH)


def _tmux_says(name: str) -> bool | None:
    """Return whether the environment of the tmux session has `name`; None if tmux does not say."""
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
