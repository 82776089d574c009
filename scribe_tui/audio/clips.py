"""Clips: saved PCM written as a sound file, WAV, MP3 or Ogg. pydub's only room.

pydub exports here; it decodes and resamples nothing on the way in.
"""

from __future__ import annotations

import io
import warnings
from functools import cache
from pathlib import Path
from typing import Any

from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.errors import Retry, SourceError, UsageError

CLIP_FORMATS = ("wav", "mp3", "ogg")


@cache
def _pydub() -> Any:
    """The library, imported late; its warnings (no ffmpeg, old escapes) are suppressed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydub
    return pydub


def _segment(pcm: bytes, rate: int) -> Any:
    return _pydub().AudioSegment(data=pcm, sample_width=SAMPLE_BYTES, frame_rate=rate, channels=1)


def export_clip(pcm: bytes, audio_format: AudioFormat, path: Path) -> None:
    """Write mono PCM as a sound file; the suffix of `path` names the format: .wav, .mp3 or .ogg.

    Blocks while it works. WAV needs no decoder. Raises UsageError for another suffix,
    SourceError without ffmpeg, OSError when the file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in CLIP_FORMATS:
        raise UsageError(
            "unknown clip format",
            f"A clip cannot be written as {path.name}.",
            f"End its name in .{' or .'.join(CLIP_FORMATS)}.",
        )
    segment = _segment(pcm, audio_format.rate)
    if kind != "wav":
        segment.converter = find_decoder()
    codec = {"codec": "libvorbis"} if kind == "ogg" else {}
    made = io.BytesIO()  # where a file refuses it, pydub leaves others behind
    try:
        segment.export(made, format=kind, **codec)
    except _pydub().exceptions.CouldntEncodeError:
        raise SourceError(
            "no encoder",
            f"ffmpeg cannot write {kind} here: its encoder is missing, or the disk is full.",
            "Save the clip as wav.",
            retry=Retry.NEVER,
        ) from None
    path.write_bytes(made.getvalue())
