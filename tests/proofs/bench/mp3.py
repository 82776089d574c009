"""The one MP3 that all stations play: 64 kbit/s, 48 kHz, so that a second is 8000 bytes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

BYTES_PER_SECOND = 8000
FRAME_BYTES = 192
"""Bytes of one MP3 frame: 1152 samples, 24 ms."""
SECONDS = 120

_CLIPS = Path(__file__).parents[3] / "scribe_tui" / "local" / "demo" / "recordings"
_TONES = "sine=frequency=220:sample_rate=48000,tremolo=f=3:d=0.9"


def make_mp3(folder: Path) -> Path:
    """Encode the bundled speech, or tones if there is none, into `folder`."""
    clips = sorted(_CLIPS.glob("*.mp3")) or sorted(_CLIPS.glob("*.ogg"))
    source = ["-stream_loop", "-1", "-i", str(clips[0])] if clips else ["-f", "lavfi", "-i", _TONES]
    target = folder / "station.mp3"
    subprocess.run(
        [
            *(_ffmpeg(), "-nostdin", "-v", "error", *source, "-t", str(SECONDS)),
            *("-ar", "48000", "-ac", "1", "-c:a", "libmp3lame", "-b:a", "64k"),
            *("-write_xing", "0", "-id3v2_version", "0", "-map_metadata", "-1", str(target)),
        ],
        check=True,
    )
    whole = len(data := target.read_bytes()) // FRAME_BYTES * FRAME_BYTES
    target.write_bytes(data[:whole])
    return target


def _ffmpeg() -> str:
    if path := shutil.which("ffmpeg"):
        return path
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())
