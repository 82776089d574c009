"""The messages to and from the recognition process: plain values and their encoding.

The process gets binary frames: kind, stream number, length, body (`frame`). It answers with lines
of one JSON array each: stream number, kind and values of a result (`to_line`, `from_line`).
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Final

HEADER: Final = struct.Struct("!cII")
"""Kind, stream number and body length in bytes of one frame to the process."""

OPEN: Final = b"O"
"""A new stream; the body holds its settings and the time at which its sound begins."""
AUDIO: Final = b"A"
COMMIT: Final = b"C"
CLOSE: Final = b"X"
"""The stream was closed by its client: its text is not needed."""

NO_STREAM: Final = 0
"""Stream number of a line that concerns the process itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionSettings:
    """How one stream is cut into segments.

    `audio_format` is a name of the wire. The defaults are those of the service's query
    parameters with the same names.
    """

    audio_format: str = "pcm_16000"
    commits_by_vad: bool = False
    vad_silence_threshold_secs: float = 1.5
    vad_threshold: float = 0.4
    min_speech_duration_ms: int = 100
    min_silence_duration_ms: int = 100


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One recognised word; times are estimates in seconds from the stream's first audio."""

    text: str
    start_seconds: float
    end_seconds: float


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded; the first line from a process."""


@dataclass(frozen=True, slots=True)
class RecognitionProgress:
    """How far a stream is processed; all times count from its first audio.

    Before `done_seconds` nothing waits to be recognised. Sound before `needed_seconds` is not
    needed even if recognition must begin anew. `waiting_seconds` is where the oldest speech ends
    that is over and has no text or, without any, how far the sound has been examined.
    """

    done_seconds: float
    needed_seconds: float
    waiting_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class OpenText:
    """The text of the open segment so far; sent at least once per second of audio."""

    text: str


@dataclass(frozen=True, slots=True)
class ClosedSegment:
    """A segment's final words.

    `end_seconds`: the time in the stream at which it was closed. `requested`: a requested commit
    closed it, not a pause or its length.
    """

    words: tuple[SpokenWord, ...]
    end_seconds: float
    requested: bool = False

    @property
    def text(self) -> str:
        """The words with a space between them."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Capacity:
    """About how many streams of unbroken speech the machine can follow; sent when it changes."""

    streams: int


Result = OpenText | ClosedSegment
"""The results that are passed on to the client."""
Line = Ready | RecognitionProgress | Capacity | Result

_KINDS: Final = {kind.__name__: kind for kind in (Ready, RecognitionProgress, Capacity, OpenText)}


def frame(kind: bytes, stream: int, body: bytes = b"") -> bytes:
    """The bytes of one frame to the process."""
    return HEADER.pack(kind, stream, len(body)) + body


def open_frame(stream: int, settings: RecognitionSettings, start_seconds: float = 0.0) -> bytes:
    """The frame that must come first for a stream, whose sound begins at `start_seconds`."""
    values = asdict(settings) | {"start_seconds": start_seconds}
    return frame(OPEN, stream, json.dumps(values).encode())


def opened(body: bytes) -> tuple[RecognitionSettings, float]:
    """Settings and start in seconds from the body of an `OPEN` frame."""
    values = json.loads(body)
    start_seconds = float(values.pop("start_seconds"))
    return RecognitionSettings(**values), start_seconds


def to_line(stream: int, result: Line) -> bytes:
    """One result as a line of JSON, line break included."""
    return json.dumps([stream, type(result).__name__, asdict(result)]).encode() + b"\n"


def from_line(line: bytes) -> tuple[int, Line]:
    """Stream number and result in one line."""
    stream, name, values = json.loads(line)
    if name == ClosedSegment.__name__:
        words = tuple(SpokenWord(**word) for word in values.pop("words"))
        return stream, ClosedSegment(words, **values)
    result: Line = _KINDS[name](**values)
    return stream, result
