"""KeptFile: one file of kept sound, and how such files are named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.journal.run_files import SOUND

NAME = re.compile(r".+\.sound\.\d{4,}\.(?:mp3|aac|ogg|opus|oga|spx|mka)", re.DOTALL)
FILE_SECONDS = 3600.0
"""Seconds of sound in one file, before another one is begun."""


@dataclass(slots=True, eq=False)
class KeptFile:
    """A file of kept sound. `starts_at`: seconds since the first sound of its opening.

    `keep_seconds`: how long the file is kept. `refused`: the disk took no more of it.
    """

    path: Path
    starts_at: float
    keep_seconds: float
    refused: bool = False


def sound_path(run: Path, stem: str, number: int, suffix: str) -> Path:
    """Return `RUN/news.sound.0001.mp3`, next to the journal of the same stem."""
    return run / f"{stem}{SOUND}{number:04d}{suffix}"
