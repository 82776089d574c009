"""The recordings: a person reading, included in the recogniser's package, and bundled clips."""

from __future__ import annotations

import importlib.util
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.local.demo.clips import load_clips
from tests.proofs.recognition.spoil import as_mp3, as_ulaw, below, clean
from tests.support.requirements import need
from tests.support.sounds import brown_noise, music, white_noise

TWO_CITIES = (
    "It was the best of times, it was the worst of times, it was the age of wisdom, it was the "
    "age of foolishness, it was the epoch of belief, it was the epoch of incredulity, it was the "
    "season of Light, it was the season of Darkness, it was the spring of hope, it was the winter "
    "of despair, we had everything before us, we had nothing before us, we were all going direct "
    "to Heaven, we were all going direct the other way - in short, the period was so far like the "
    "present period, that some of its noisiest authorities insisted on its being received, for "
    "good or for evil, in the superlative degree of comparison only."
)
"""Charles Dickens, A Tale of Two Cities (1859): the opening, as it is read."""


@dataclass(frozen=True, slots=True)
class Recording:
    """16-bit PCM at 16 kHz, and its text."""

    name: str
    pcm: bytes
    text: str


CONDITIONS: dict[str, Callable[[bytes], bytes]] = {
    "clean": clean,
    "64 kbit/s MP3": as_mp3,
    "music -10 dB": lambda pcm: below(pcm, music, 10),
    "hiss -10 dB": lambda pcm: below(pcm, white_noise, 10),
    "rumble -10 dB": lambda pcm: below(pcm, brown_noise, 10),
    "8 kHz u-law": as_ulaw,
}


def reading() -> Recording:
    """Return 44 s of a person reading, from the recogniser's package."""
    return Recording("a person reading", decoded(_packaged("two_cities.wav")), TWO_CITIES)


def also(sound: str, text: str) -> Recording:
    """Return a recording of that package or at a path, with the text in a file."""
    path = Path(sound) if Path(sound).exists() else _packaged(sound)
    return Recording(path.stem, decoded(path), Path(text).read_text(encoding="utf-8"))


def _packaged(name: str) -> Path:
    spec = importlib.util.find_spec("moonshine_voice")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "assets" / name


def voices() -> list[Recording]:
    """Return the four bundled voices: each station's clips in sequence, and the file."""
    clips = load_clips()
    found = []
    for name, spoken in [
        *((station.name, station.clips) for station in clips.stations),
        (clips.file.path.stem, (clips.file,)),
    ]:
        pcm = b"".join(decoded(clip.path) for clip in spoken)
        found.append(Recording(name, pcm, " ".join(clip.text for clip in spoken)))
    return found


def decoded(path: Path) -> bytes:
    """Return the file at `path` as 16-bit PCM at 16 kHz, mono."""
    output = ("-f", "s16le", "-ar", "16000", "-ac", "1", "-")
    command = [need("ffmpeg"), "-v", "error", "-i", str(path), *output]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
