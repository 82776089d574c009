"""Sound of the wire's formats as the samples the recogniser takes."""

from __future__ import annotations

import sys
from array import array
from typing import Any, Final

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.pcm.audioop_import import audioop
from scribe_tui.local.recognition.moonshine import MODEL_RATE

_FULL_SCALE: Final = 32768


class SampleReader:
    """Brings one stream's sound to samples of -1 to 1 at `MODEL_RATE`."""

    def __init__(self, audio_format: str) -> None:
        self._format = AudioFormat.parse(audio_format)
        self._state: Any = None

    def samples(self, audio: bytes) -> array[float]:
        """Whole samples in wire format as samples of the recogniser."""
        if self._format.is_ulaw:
            audio = audioop.ulaw2lin(audio, SAMPLE_BYTES)
        elif sys.byteorder == "big":
            audio = audioop.byteswap(audio, SAMPLE_BYTES)
        if self._format.rate != MODEL_RATE:
            # Straight lines between samples, and no filter before a lower rate: what that adds
            # is far below speech, and no word more is wrong at 48 kHz than at 16 (measured).
            audio, self._state = audioop.ratecv(
                audio, SAMPLE_BYTES, 1, self._format.rate, MODEL_RATE, self._state
            )
        return array("f", [value / _FULL_SCALE for value in array("h", audio)])
