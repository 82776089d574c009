"""pocketsphinx: the one module that knows it.

The model is US English and comes in the wheel. Speech made by flite or read clearly comes
out nearly word for word, in lower case and without punctuation; noisy radio does not.
"""

from __future__ import annotations

import importlib.util
import math
import re
import warnings
from typing import Any, Final

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.errors import UsageError
from scribe_tui.local.recognition.messages import RecognitionSettings, SpokenWord

MODEL_RATE: Final = 16000
"""Rate the acoustic model was made for. Its mel filters end at 6.8 kHz, so sound of a
higher rate is taken as it is; sound of 8 kHz is brought up to this rate first."""

_SEARCH: Final = {
    # Measured on 43 flite sentences in several voices: the language weight of 5 (default
    # 6.5) takes 25 % off slt's word errors, 7 to 8 % off those of rms and kal16; at most 3000
    # (default 30000) active models a frame takes about four tenths off the time (compared at
    # ds=2, topn=2) and costs one word in the 327 of the bundled clips against 5000.
    "lw": 5.0,
    "maxhmmpf": 3000,
}
_FRAMES_PER_SECOND: Final = 100
_FRAME_SECONDS: Final = 0.03
_SCORELESS_LOGPROB: Final = -20.0
_FILLER = re.compile(r"<.*>|\[.*\]|\+\+.*\+\+")
_PRONUNCIATION = re.compile(r"\(\d+\)$")


def check_installed() -> None:
    """Raise UsageError where pocketsphinx is missing."""
    if importlib.util.find_spec("pocketsphinx") is None:
        raise UsageError(
            "no recogniser",
            "The offline endpoint recognises speech with pocketsphinx, which is not installed.",
            "Install it with: pip install 'scribe-tui[offline]'",
        )


def load_model() -> Any:
    """A decoder with model, dictionary and language model in memory: 0.4 s, 90 MB."""
    from pocketsphinx import Decoder

    return Decoder(samprate=float(MODEL_RATE), loglevel="FATAL", **_SEARCH)


def spoken(word: str) -> str:
    """`word` as people write it: no pronunciation number, "" for silence and noise."""
    return "" if _FILLER.fullmatch(word) else _PRONUNCIATION.sub("", word)


class Recognizer:
    """A speech engine (`segmenter.SpeechEngine`) for 16-bit mono PCM of one rate."""

    def __init__(self, decoder: Any, settings: RecognitionSettings) -> None:
        from pocketsphinx import Vad

        rate = max(AudioFormat.parse(settings.audio_format).rate, MODEL_RATE)
        self._decoder = decoder
        if rate != MODEL_RATE:
            decoder.config["samprate"] = float(rate)
            decoder.reinit_feat()
        self._vad = Vad(_vad_mode(settings.vad_threshold), rate, _FRAME_SECONDS)
        # At rates the detector knows only nearly, `frame_length` is rounded to its own.
        self.frame_bytes: int = self._vad.frame_bytes
        self.frame_seconds: float = self.frame_bytes / SAMPLE_BYTES / rate

    def is_voiced(self, frame: bytes) -> bool:
        """Whether somebody speaks in `frame`."""
        return bool(self._vad.is_speech(frame))

    def begin(self) -> None:
        """Begin an utterance."""
        self._decoder.start_utt()

    def feed(self, pcm: bytes) -> None:
        """The utterance goes on; the decoder refuses to be fed nothing."""
        if not pcm:
            return
        self._decoder.process_raw(pcm, no_search=False, full_utt=False)

    @property
    def text(self) -> str:
        """The utterance so far."""
        hypothesis = self._decoder.hyp()
        words = hypothesis.hypstr.split() if hypothesis is not None else []
        return " ".join(filter(None, map(spoken, words)))

    def finish(self) -> tuple[SpokenWord, ...]:
        """End the utterance; its words, timed from its first sample."""
        self._decoder.end_utt()
        if self._decoder.hyp() is None:
            return ()
        return tuple(
            SpokenWord(
                spoken(part.word),
                part.start_frame / _FRAMES_PER_SECOND,
                (part.end_frame + 1) / _FRAMES_PER_SECOND,
                _logprob(part.prob),
            )
            for part in self._decoder.seg()
            if spoken(part.word)
        )


class Inlet:
    """Brings sound of one wire format to PCM the recogniser takes."""

    def __init__(self, audio_format: str) -> None:
        self._format = AudioFormat.parse(audio_format)
        self._state: Any = None

    def pcm(self, audio: bytes) -> bytes:
        """Whole samples in wire format as PCM of at least `MODEL_RATE`."""
        if self._format.rate >= MODEL_RATE:
            return audio
        with warnings.catch_warnings():
            # Python 3.11 and 3.12 carry audioop themselves and warn at its import.
            warnings.simplefilter("ignore", DeprecationWarning)
            import audioop
        if self._format.is_ulaw:
            audio = audioop.ulaw2lin(audio, SAMPLE_BYTES)
        # Straight lines between samples: what they leave above 4 kHz is far below speech.
        audio, self._state = audioop.ratecv(
            audio, SAMPLE_BYTES, 1, self._format.rate, MODEL_RATE, self._state
        )
        return audio


def _vad_mode(threshold: float) -> int:
    """The detector's strictness, 0 to 3, for the wire's threshold of 0.1 to 0.9."""
    return min(3, int(threshold / 0.25))


def _logprob(probability: float) -> float:
    """Natural logarithm, never above zero; a word without a score gets a low one."""
    if probability <= 0:
        return _SCORELESS_LOGPROB
    return round(min(0.0, math.log(probability)), 4)
