"""What goes to a recognition process and what comes back: plain values and their JSON.

The pipe between endpoint and process carries, towards the process, frames of a kind, a
length and a body (`frame`); back, one JSON object a line (`to_line`, `from_line`).
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass
from typing import Final

HEADER: Final = struct.Struct("!cI")
"""Kind and body length of one frame towards the process."""

SETUP: Final = b"S"
AUDIO: Final = b"A"
COMMIT: Final = b"C"


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
    """One recognised word; times in seconds from the first audio of the stream."""

    text: str
    start_seconds: float
    end_seconds: float
    logprob: float


@dataclass(frozen=True, slots=True)
class Alive:
    """First line of a process: its id."""

    pid: int


@dataclass(frozen=True, slots=True)
class Consumed:
    """So many bytes of audio have been recognised."""

    size: int


@dataclass(frozen=True, slots=True)
class OpenText:
    """The open segment so far; told once a second of audio, changed or not."""

    text: str


@dataclass(frozen=True, slots=True)
class ClosedSegment:
    """A segment's final words; `end_seconds`: where in the stream it was closed."""

    words: tuple[SpokenWord, ...]
    end_seconds: float

    @property
    def text(self) -> str:
        """The words with a space between them."""
        return " ".join(word.text for word in self.words)


Result = Alive | Consumed | OpenText | ClosedSegment

_KINDS: Final = {kind.__name__: kind for kind in (Alive, Consumed, OpenText)}


def frame(kind: bytes, body: bytes = b"") -> bytes:
    """One frame towards the process."""
    return HEADER.pack(kind, len(body)) + body


def setup_frame(settings: RecognitionSettings) -> bytes:
    """The frame that must be the first."""
    return frame(SETUP, json.dumps(asdict(settings)).encode())


def settings_from(body: bytes) -> RecognitionSettings:
    """The settings in the body of a setup frame."""
    return RecognitionSettings(**json.loads(body))


def to_line(result: Result) -> bytes:
    """One result as a line of JSON, line break included."""
    return json.dumps([type(result).__name__, asdict(result)]).encode() + b"\n"


def from_line(line: bytes) -> Result:
    """The result in one line."""
    name, values = json.loads(line)
    if name == ClosedSegment.__name__:
        words = tuple(SpokenWord(**word) for word in values["words"])
        return ClosedSegment(words, values["end_seconds"])
    result: Result = _KINDS[name](**values)
    return result
