"""Moonshine: the only module that uses the recogniser's library and its model.

The package `moonshine-voice` contains the library, its English model `tiny-en` and, inside the
library, the voice detector Silero. The library is used through its C interface, because the
Python package imports a downloader and takes sound as lists of numbers.
"""

from __future__ import annotations

import ctypes
import importlib.util
import platform
import threading
from array import array
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from scribe_tui.errors import UsageError

MODEL_RATE: Final = 16000
"""Samples per second of all sound given to the library."""
FRAME_SAMPLES: Final = 512
"""Samples in one frame (32 ms) of the voice detector."""
FRAME_SECONDS: Final = FRAME_SAMPLES / MODEL_RATE
SINGLE_THREAD_VARIABLE: Final = "MOONSHINE_ORT_SINGLE_THREAD"
"""If this is set to 1 before the library is loaded, it computes in the calling thread alone:
measured on 2 cores, 0.06 s of processor time per second of speech instead of 0.11 with threads."""

_PACKAGE: Final = "moonshine_voice"
_LIBRARY_NAMES: Final = {"Darwin": "libmoonshine.dylib", "Windows": "moonshine.dll"}
_INTERFACE_VERSION: Final = 30000
_TINY: Final = 0
_ONE_LINE_SECONDS: Final = 100_000
"""The library splits sound into lines of this length; no passage is as long."""
_TOKENS_PER_SECOND: Final = 10.0
"""Limit at which the library ends a text. Its default of 6.5 cuts off fast speakers."""
_THRESHOLD_STEP: Final = 0.05
"""Thresholds are rounded to this step, because one detector is kept for each of them; the wire
allows any number from 0.1 to 0.9."""


class _Line(ctypes.Structure):
    """`transcript_line_t` of the library's header."""

    _fields_ = (
        ("text", ctypes.c_char_p),
        ("audio_data", ctypes.c_void_p),
        ("audio_data_count", ctypes.c_size_t),
        ("start_time", ctypes.c_float),
        ("duration", ctypes.c_float),
        ("id", ctypes.c_uint64),
        ("is_complete", ctypes.c_int8),
        ("is_updated", ctypes.c_int8),
        ("is_new", ctypes.c_int8),
        ("has_text_changed", ctypes.c_int8),
        ("have_speakers_changed", ctypes.c_int8),
        ("speaker_spans", ctypes.c_void_p),
        ("speaker_span_count", ctypes.c_uint64),
        ("last_transcription_latency_ms", ctypes.c_uint32),
        ("words", ctypes.c_void_p),
        ("word_count", ctypes.c_uint64),
    )


class _Transcript(ctypes.Structure):
    """`transcript_t` of the library's header."""

    _fields_ = (("lines", ctypes.POINTER(_Line)), ("line_count", ctypes.c_uint64))


class _Option(ctypes.Structure):
    """`moonshine_option_t` of the library's header."""

    _fields_ = (("name", ctypes.c_char_p), ("value", ctypes.c_char_p))


class RecogniserError(Exception):
    """The library could not be loaded, or refused a call."""


def check_installed() -> None:
    """Raise UsageError, with a remedy, if the recogniser is not installed."""
    if importlib.util.find_spec(_PACKAGE) is not None:
        return
    if _has_wheel():
        raise UsageError(
            "no recogniser",
            "The offline endpoint recognises speech with moonshine-voice, which is not installed.",
            "Install it with: pip install 'scribe-tui[offline]'",
        )
    raise UsageError(
        "no recogniser",
        "The offline endpoint does not work on this machine: its recogniser is made for 64-bit "
        "Linux (x86 and ARM, glibc), Macs with Apple silicon and Windows, and this is "
        f"{platform.system()} on {platform.machine()}.",
        "Use the service with --endpoint and ELEVENLABS_API_KEY, or run `scribe-tui local` on "
        "another machine and forward its port here.",
    )


def _has_wheel() -> bool:
    machine = platform.machine().lower()
    match platform.system():
        case "Linux":
            is_glibc = platform.libc_ver()[0] == "glibc"
            return machine in {"x86_64", "amd64", "aarch64", "arm64"} and is_glibc
        case "Darwin":
            return machine == "arm64"
        case "Windows":
            return machine in {"x86_64", "amd64"}
    return False


class Moonshine:
    """The loaded library. Raises RecogniserError if it cannot be loaded."""

    def __init__(self) -> None:
        spec = importlib.util.find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise RecogniserError(f"{_PACKAGE} is not installed")
        folder = Path(spec.origin).parent
        name = _LIBRARY_NAMES.get(platform.system(), "libmoonshine.so")
        try:
            self._library = ctypes.CDLL(str(folder / name))
        except OSError as error:
            raise RecogniserError(f"{name} cannot be loaded: {error}") from error
        self._model_folder = folder / "assets" / "tiny-en"

    def load_model(self) -> Recogniser:
        """Load the model, which takes half a second and about 100 MB. Raises RecogniserError."""
        return Recogniser(
            self._library,
            self._load(
                vad_threshold=0,  # all sound counts as speech: it has passed the detector
                max_tokens_per_second=_TOKENS_PER_SECOND,
            ),
        )

    def voice_detector(self) -> VoiceDetector:
        """A voice detector; make only one per process, see `VoiceDetector`."""
        return VoiceDetector(self)

    def open_detector(self, threshold: float) -> Recogniser:
        """A detector of the library for one threshold (0 to 1), without the speech model."""
        return Recogniser(
            self._library,
            self._load(
                skip_transcription="true",
                vad_threshold=threshold,
                vad_window_duration=FRAME_SECONDS,  # no smoothing
                vad_look_behind_sample_count=FRAME_SAMPLES,
            ),
        )

    def _load(self, **options: object) -> int:
        options = {
            "vad_max_segment_duration": _ONE_LINE_SECONDS,
            "return_audio_data": "false",
            "identify_speakers": "false",
        } | options
        pairs = (_Option * len(options))(
            *(_Option(name.encode(), str(value).encode()) for name, value in options.items())
        )
        handle: int = self._library.moonshine_load_transcriber_from_files(
            str(self._model_folder).encode(),
            ctypes.c_uint32(_TINY),
            pairs,
            ctypes.c_uint64(len(options)),
            ctypes.c_int32(_INTERFACE_VERSION),
        )
        if handle < 0:
            raise RecogniserError(f"the model in {self._model_folder} cannot be loaded ({handle})")
        return handle


class Recogniser:
    """One loaded transcriber, for one thread at a time. Other threads can run during a call."""

    def __init__(self, library: Any, handle: int) -> None:
        self._library = library
        self._handle = handle

    def text(self, samples: array[float]) -> str:
        """The text of `samples` (-1 to 1, `MODEL_RATE`). Raises RecogniserError."""
        texts = [line.text or b"" for line in self.lines(samples)]
        return " ".join(b" ".join(texts).decode(errors="ignore").split())

    def lines(self, samples: array[float]) -> Sequence[Any]:
        """The library's lines for `samples`; valid until the next call."""
        if not samples:
            return ()
        transcript = ctypes.POINTER(_Transcript)()
        code = self._library.moonshine_transcribe_without_streaming(
            ctypes.c_int32(self._handle),
            (ctypes.c_float * len(samples)).from_buffer(samples),
            ctypes.c_uint64(len(samples)),
            ctypes.c_int32(MODEL_RATE),
            ctypes.c_uint32(0),
            ctypes.byref(transcript),
        )
        if code:
            raise RecogniserError(f"recognition failed ({code})")
        found = transcript.contents
        return [found.lines[number] for number in range(found.line_count)]


class VoiceDetector:
    """Voice activity detection: whether each frame holds voice.

    The library has one detector state for the whole process, so that streams that take turns
    would disturb each other. Therefore a turn begins with the stream's previous frames again
    (`WARM_UP_FRAMES`, a quarter of a second). Measured on a minute of reading between turns of
    other speech, 2 % of the frames then differ from those of an undisturbed detector, against
    7 % without these frames.
    """

    WARM_UP_FRAMES: Final = 8

    def __init__(self, library: Moonshine) -> None:
        self._open = library.open_detector
        self._detectors: dict[int, Recogniser] = {}
        self._lock = threading.Lock()
        self._last: object = None

    def voiced(
        self, stream: object, threshold: float, before: array[float], samples: array[float]
    ) -> list[bool]:
        """For each whole frame in `samples`, whether it is voiced.

        `stream` identifies the stream; `before` are the whole frames right before `samples`.
        """
        with self._lock:
            detector = self._detector(threshold)
            if self._last is stream:
                before = array("f")
            self._last = stream
            lines = detector.lines(before + samples)
            spans = [
                (line.start_time, line.start_time + line.duration, line.duration) for line in lines
            ]
        skipped = len(before) // FRAME_SAMPLES
        flags = [False] * (skipped + len(samples) // FRAME_SAMPLES)
        for start, end, _ in spans:
            first, last = round(start / FRAME_SECONDS), round(end / FRAME_SECONDS)
            flags[first:last] = [True] * len(flags[first:last])
        return flags[skipped:]

    def _detector(self, threshold: float) -> Recogniser:
        step = round(threshold / _THRESHOLD_STEP)
        if step not in self._detectors:
            self._detectors[step] = self._open(step * _THRESHOLD_STEP)
        return self._detectors[step]
