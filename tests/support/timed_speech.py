"""Timed speech: the text of a service under load, made by the clock, whatever the sound.

It grows by some words per second, and each text ends in a new token, which is either completely on
a screen or not at all: `q12x345q` is text 345 of connection 12. The words before it stay, as those
of a real partial mostly do.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from tests.support.numbered import HeardWord
from tests.support.parameters import audio_shape
from tests.support.script import Script
from tests.support.service_connection import HeardConnection
from tests.support.voices import Commit, Tell

TOKEN = re.compile(r"q(\d+)x(\d+)q")
PARTIALS_PER_SECOND = 4
PARTIALS_PER_SEGMENT = 19
"""After this many partials comes the committed pair: one segment in five seconds."""
WORDS_PER_PARTIAL = 0.625
"""150 words per minute at four partials per second."""

GOLDEN = 0.618
"""Connections started together speak at moments spread by this share of a period."""

_TALK = (
    "the harbour office says that two ferries will be late this morning because of fog over "
    "the northern channel and that passengers should wait inside until the next announcement "
    "which is expected at about ten while engine seven has returned to its station after a "
    "small fire near the old market where nobody was hurt"
)
_WORDS = _TALK.split()


@dataclass(frozen=True, slots=True)
class Utterance:
    """One text to send; `words` counts those before its token."""

    text: str
    token: str
    words: int
    committed: bool


def utterances(connection: int) -> Iterator[Utterance]:
    """Yield the endless texts of connection number `connection`, starting mid-segment."""
    serial, at, first = 0, connection * 5, 1 + connection * 7 % PARTIALS_PER_SEGMENT
    while True:
        for step in range(first, PARTIALS_PER_SEGMENT + 2):
            count = 1 + int(step * WORDS_PER_PARTIAL)
            words = [_WORDS[(at + index) % len(_WORDS)] for index in range(count)]
            token = f"q{connection}x{serial}q"
            committed = step > PARTIALS_PER_SEGMENT
            yield Utterance(" ".join([*words, token]), token, count, committed)
            serial += 1
        at, first = at + count, 1


def timed_words(text: str, start: float, end: float) -> list[HeardWord]:
    """Return the words of `text` spread evenly from `start` to `end` seconds."""
    words = text.split()
    step = (end - start) / len(words)
    begins = [start + index * step for index in range(len(words))]
    return [HeardWord(word, at, at + 0.9 * step) for word, at in zip(words, begins, strict=True)]


@dataclass(slots=True)
class TimedSpeechLog:
    """The log of one connection: when how much sound had come, and when which token was sent.

    Instants are those of `time.monotonic()`, one clock for all processes of a machine. `answers`:
    the tokens of texts that answered a requested commit.
    """

    number: int
    violations: list[str] | deque[str]
    audio: list[tuple[float, float]] = field(default_factory=list)
    sent: list[tuple[str, bool, float]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


class TimedVoice:
    """Sends four partials a second and a committed segment every five, from the first sound on.

    A `silent` one finds no words in anything.
    """

    def __init__(self, heard: HeardConnection, log: TimedSpeechLog, *, silent: bool):
        self._rate, self._sample_bytes = audio_shape(heard.query)
        self._log = log
        self._silent = silent
        self._samples = 0
        self._segment_start = 0.0
        self._utterances = utterances(heard.number)
        self._due: Utterance | None = None
        self._sounding = asyncio.Event()

    @property
    def rate(self) -> int:
        return self._rate

    @property
    def samples(self) -> int:
        return self._samples

    def hear(self, audio: bytes) -> None:
        if audio:
            self._samples += len(audio) // self._sample_bytes
            self._log.audio.append((time.monotonic(), self._samples / self._rate))
            self._sounding.set()

    def has_partial(self) -> bool:
        return False

    def has_ended(self) -> bool:
        return False

    def open_text(self) -> str:
        return ""

    def commit(self) -> tuple[str, list[HeardWord]]:
        """Return the text that is due; for a requested commit, the next committed text."""
        if self._silent:
            return "", []
        said, self._due = self._due, None
        if said is None:
            said = next(each for each in self._utterances if each.committed)
            self._log.answers.append(said.token)
        self._note(said)
        seconds = self._samples / self._rate
        words = timed_words(said.text, self._segment_start, seconds)
        self._segment_start = seconds
        return said.text, words

    async def speak(self, tell: Tell, commit: Commit) -> None:
        await self._sounding.wait()
        if self._silent:
            return
        period = 1 / PARTIALS_PER_SECOND
        due = time.monotonic() + period * (self._log.number * GOLDEN % 1)
        for utterance in self._utterances:
            await asyncio.sleep(due - time.monotonic())
            if utterance.committed:
                self._due = utterance
                await commit()
            else:
                self._note(utterance)
                await tell(utterance.text)
            due += period

    def _note(self, said: Utterance) -> None:
        self._log.sent.append((said.token, said.committed, time.monotonic()))


class TimedSpeech:
    """The voices of all connections of an endpoint, and their logs."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent
        self._logs: list[TimedSpeechLog] = []

    def voice(self, heard: HeardConnection, _: Script) -> TimedVoice:
        """Return the voice of one more connection."""
        log = TimedSpeechLog(heard.number, heard.violations)
        self._logs.append(log)
        return TimedVoice(heard, log, silent=self._silent)

    def busy(self) -> int:
        """Return the number of connections that got text; for silent ones, that sent sound."""
        return sum(bool(log.audio if self._silent else log.sent) for log in self._logs)

    def report(self) -> list[dict[str, object]]:
        """Return the logs of all connections as plain JSON values."""
        return [asdict(log) | {"violations": list(log.violations)} for log in self._logs]
