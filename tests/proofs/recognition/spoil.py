"""Degrades sound: compression, a telephone line, music under the voice."""

from __future__ import annotations

import math
import subprocess
from array import array
from collections.abc import Callable

from tests.support.requirements import need

_RAW = ("-f", "s16le", "-ar", "16000", "-ac", "1")


def clean(pcm: bytes) -> bytes:
    """Return the sound unchanged."""
    return pcm


def as_mp3(pcm: bytes) -> bytes:
    """Return the sound after MP3 at 64 kbit/s."""
    return _through(pcm, ("-c:a", "libmp3lame", "-b:a", "64k", "-f", "mp3"), ("-f", "mp3"))


def as_ulaw(pcm: bytes) -> bytes:
    """Return the sound after a telephone line: 8 kHz, 8-bit u-law."""
    line = ("-f", "mulaw", "-ar", "8000", "-ac", "1")
    return _through(pcm, line, line)


def below(pcm: bytes, make: Callable[[float], bytes], decibels: float) -> bytes:
    """Return the sound mixed with that of `make(seconds)`, which is `decibels` quieter."""
    voice = array("h", pcm)
    other = array("h", make(min(20.0, len(voice) / 16000)))
    gain = _level(voice) / max(1.0, _level(other)) * 10 ** (-decibels / 20)
    mixed = (
        round(0.7 * (sample + gain * other[number % len(other)]))
        for number, sample in enumerate(voice)
    )
    return array("h", (max(-32768, min(32767, sample)) for sample in mixed)).tobytes()


def _level(samples: array[int]) -> float:
    loud = [sample for sample in samples if abs(sample) > 300] or [1]
    return math.sqrt(sum(sample * sample for sample in loud) / len(loud))


def _through(pcm: bytes, encode: tuple[str, ...], decode: tuple[str, ...]) -> bytes:
    ffmpeg = (need("ffmpeg"), "-v", "error")
    coded = subprocess.run(
        [*ffmpeg, *_RAW, "-i", "-", *encode, "-"], input=pcm, check=True, stdout=subprocess.PIPE
    ).stdout
    return subprocess.run(
        [*ffmpeg, *decode, "-i", "-", *_RAW, "-"], input=coded, check=True, stdout=subprocess.PIPE
    ).stdout
