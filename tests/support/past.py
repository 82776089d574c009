"""Past runs for the commands that read them."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = "2026-11-24T12-00-00"


def command(*words: str) -> list[str]:
    """Return the command line of the program with these arguments."""
    return [sys.executable, "-m", "scribe_tui", *words]
