"""The bundled clips: their files and the words in them.

Their text is in `recordings/clips.toml`; `make_clips` makes the sound from it.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "recordings"


@dataclass(frozen=True, slots=True)
class BundledClip:
    """A short recording of spoken English and the words in it."""

    path: Path
    title: str
    lines: tuple[str, ...]
    pitch: float
    """Factor by which the pitch of the voice is changed; 1 leaves it."""

    @property
    def text(self) -> str:
        """All words of the clip."""
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class BundledStation:
    """Clips of one format that a station plays in turn without end."""

    name: str
    clips: tuple[BundledClip, ...]


@dataclass(frozen=True, slots=True)
class BundledClips:
    """All that is bundled: three stations and one longer file."""

    stations: tuple[BundledStation, ...]
    file: BundledClip


def load_clips() -> BundledClips:
    """Read the manifest."""
    manifest = tomllib.loads((FOLDER / "clips.toml").read_text(encoding="utf-8"))
    return BundledClips(tuple(map(_station, manifest["stations"])), _clip(manifest["file"]))


def _station(entry: dict[str, Any]) -> BundledStation:
    shared = {key: entry[key] for key in ("format", "pitch")}
    return BundledStation(entry["name"], tuple(_clip(shared | clip) for clip in entry["clips"]))


def _clip(entry: dict[str, Any]) -> BundledClip:
    path = FOLDER / f"{entry['name']}.{entry['format']}"
    lines = tuple(entry["lines"])
    return BundledClip(path, entry["title"], lines, entry["pitch"])
