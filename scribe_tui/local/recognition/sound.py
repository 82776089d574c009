"""Converts sound from a wire format to the samples that the recogniser takes."""

from __future__ import annotations

import sys
from array import array
from typing import Any, Final

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.pcm.audioop_import import audioop
from scribe_tui.local.recognition.moonshine import MODEL_RATE

_FULL_SCALE: Final = 32768


class SampleReader:
    """Converts one stream's sound to samples from -1 to 1 at `MODEL_RATE`."""

    def __init__(self, audio_format: str) -> None:
        self._format = AudioFormat.parse(audio_format)
        self._state: Any = None

    def samples(self, audio: bytes) -> array[float]:
        """Convert whole samples in wire format to samples for the recogniser."""
        if self._format.is_ulaw:
            audio = audioop.ulaw2lin(audio, SAMPLE_BYTES)
        elif sys.byteorder == "big":
            audio = audioop.byteswap(audio, SAMPLE_BYTES)
        if self._format.rate != MODEL_RATE:
            # Linear interpolation, and no filter before a lower rate: the distortion is far
            # below speech, and no more words are wrong at 48 kHz than at 16 kHz (measured).
            audio, self._state = audioop.ratecv(
                audio, SAMPLE_BYTES, 1, self._format.rate, MODEL_RATE, self._state
            )
        return array("f", [value / _FULL_SCALE for value in array("h", audio)])
