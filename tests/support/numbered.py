"""Sound whose sample values give their position in the source, and the words in it.

Chunk number n (from 1) of 100 ms has the value n in all its samples. Zero is silence. Every five
chunks are one word: word k ("w7" for k = 7) is the sound of the values 5k-4 to 5k and is recognised
when 5k begins. So text can be compared with the source's position, whatever was lost, repeated or
reconnected in between.

Such sound is alike everywhere. Noisy numbered sound is not: the two highest bits of each sample are
noise, always the same for a number, so that a repetition can be found by comparing. The recogniser
uses only the lower 14 bits.
"""

from __future__ import annotations

import random
import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

CHUNKS_A_SECOND = 10
CHUNKS_A_WORD = 5
WORD_SECONDS = CHUNKS_A_WORD / CHUNKS_A_SECOND
LAST_VALUE = 0x3FFF
LEAST_BETWEEN_WORDS_SECONDS = 0.05
"""Least seconds between the beginnings of two words; other sound would be full of words."""
_NOISE_OVER = [bytes(byte & 0xC0 | high for byte in range(256)) for high in range(0x40)]
_WITHOUT_NOISE = bytes(byte & 0x3F for byte in range(256))


def numbered_pcm(
    seconds: float, rate: int = 16000, *, first: int = 1, noisy: bool = False
) -> Iterator[bytes]:
    """Yield chunks of 100 ms, signed 16-bit mono; the first one has the value `first`."""
    for value in range(first, first + round(seconds * CHUNKS_A_SECOND)):
        yield numbered_chunk(value, rate, noisy=noisy)


def numbered_chunk(value: int, rate: int = 16000, *, noisy: bool = False) -> bytes:
    """Return 100 ms of sound with `value`, from 1 to `LAST_VALUE`."""
    samples = rate // CHUNKS_A_SECOND
    if not noisy:
        return struct.pack("<h", value) * samples
    pcm = bytearray(struct.pack("<h", value) * samples)
    pcm[1::2] = random.Random(value).randbytes(samples).translate(_NOISE_OVER[value >> 8])
    return bytes(pcm)


def words_in(seconds: float) -> list[str]:
    """Return the words in the first `seconds` of numbered sound."""
    return [f"w{number}" for number in range(1, int(seconds / WORD_SECONDS + 1e-6) + 1)]


@dataclass(frozen=True, slots=True)
class HeardWord:
    """A word with its times in seconds from the first sound heard."""

    text: str
    start: float
    end: float

    def shifted(self, seconds: float) -> HeardWord:
        """Return the same word, later by `seconds`."""
        return HeardWord(self.text, self.start + seconds, self.end + seconds)


class NumberedRecognizer:
    """Recognises numbered sound, however it is divided."""

    def __init__(self, rate: int):
        self.rate = rate
        self.samples = 0
        self.silent_samples = 0
        self.values: list[int] = []
        self._next_word_at = 0

    @property
    def seconds(self) -> float:
        """Seconds of sound heard."""
        return self.samples / self.rate

    def hear(self, pcm: bytes) -> list[HeardWord]:
        """Return the words recognised in `pcm`; `values` records each change of value."""
        words = []
        for value, length in _runs(pcm):
            self.silent_samples = self.silent_samples + length if value == 0 else 0
            if not self.values or self.values[-1] != value:
                self.values.append(value)
                if value > 0 and value % CHUNKS_A_WORD == 0 and self.samples >= self._next_word_at:
                    words.append(self._word(value // CHUNKS_A_WORD))
                    self._next_word_at = self.samples + int(LEAST_BETWEEN_WORDS_SECONDS * self.rate)
            self.samples += length
        return words

    def _word(self, number: int) -> HeardWord:
        end = self.seconds + 1 / CHUNKS_A_SECOND
        return HeardWord(f"w{number}", round(max(0.0, end - WORD_SECONDS), 3), round(end, 3))


def _runs(pcm: bytes) -> Iterator[tuple[int, int]]:
    plain = bytearray(pcm)
    plain[1::2] = plain[1::2].translate(_WITHOUT_NOISE)
    samples = array("h", bytes(plain))
    if samples.count(samples[0]) == len(samples) if samples else False:
        yield samples[0], len(samples)
        return
    for value, run in groupby(samples):
        yield value, sum(1 for _ in run)
