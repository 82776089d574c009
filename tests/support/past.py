"""Past runs for commands to look at."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = "2026-11-24T12-00-00"


def command(*words: str) -> list[str]:
    """The program's own arguments before these words."""
    return [sys.executable, "-m", "scribe_tui", *words]
