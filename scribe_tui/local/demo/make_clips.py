"""Makes the sound of the bundled clips: `python -m scribe_tui.local.demo.make_clips`.

Needs the programs flite (its voices slt, rms and kal16) and ffmpeg; only whoever changes
`recordings/clips.toml` runs it.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

from scribe_tui.local.demo.clips import Clip, load_clips

RATE: Final = 16000
"""Rate of the recogniser's model: what is played is what it was trained on."""
BETWEEN_LINES_SECONDS: Final = 0.7
AFTER_CLIP_SECONDS: Final = 2.2
"""Longer than the silence after which the service commits by default (1.5 s)."""
_STRETCH: Final = "duration_stretch=1.1"
"""A little slower than flite speaks by itself: recognised better, easier to read along."""
_LOUDNESS: Final = "loudnorm=I=-19:TP=-2"
# No tags, no Xing header, no bit reservoir: each MP3 frame stands for itself, so that clips can
# be played one after the other and a listener can join between any two frames.
_MP3: Final = (
    *("-c:a", "libmp3lame", "-b:a", "64k", "-reservoir", "0"),
    *("-write_xing", "0", "-id3v2_version", "0"),
)
_OGG: Final = ("-c:a", "libvorbis", "-q:a", "2", "-page_duration", "200000")


def make(clip: Clip) -> None:
    """Speak and encode one clip. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = [_speak(clip, line, Path(folder, f"{n}.wav")) for n, line in enumerate(clip.lines)]
        subprocess.run(_command(clip, spoken), check=True)


def _command(clip: Clip, spoken: list[Path]) -> list[str]:
    inputs = [argument for path in spoken for argument in ("-i", str(path))]
    sound = ("-filter_complex", _joined(len(spoken)), "-ar", str(RATE), "-ac", "1")
    # Bit-exact: no version of ffmpeg in the file, and no stream number drawn by lot.
    tags = ("-fflags", "+bitexact", "-metadata", f"title={clip.title}")
    encode = _MP3 if clip.path.suffix == ".mp3" else _OGG
    return ["ffmpeg", "-v", "error", "-y", *inputs, *sound, *tags, *encode, str(clip.path)]


def _speak(clip: Clip, line: str, path: Path) -> Path:
    pitch = () if clip.pitch is None else ("--setf", f"int_f0_target_mean={clip.pitch}")
    voice = ("-voice", clip.voice, "--setf", _STRETCH)
    subprocess.run(["flite", *voice, *pitch, "-t", line, "-o", str(path)], check=True)
    return path


def _joined(lines: int) -> str:
    pauses = [BETWEEN_LINES_SECONDS] * (lines - 1) + [AFTER_CLIP_SECONDS]
    padded = [
        f"[{n}]{_LOUDNESS},aresample={RATE},apad=pad_dur={pause}[p{n}]"
        for n, pause in enumerate(pauses)
    ]
    names = "".join(f"[p{n}]" for n in range(lines))
    return ";".join([*padded, f"{names}concat=n={lines}:v=0:a=1"])


def main() -> None:
    """Make every clip anew."""
    library = load_clips()
    for clip in (*(clip for station in library.stations for clip in station.clips), library.file):
        make(clip)


if __name__ == "__main__":
    main()
