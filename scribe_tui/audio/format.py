"""AudioFormat and AudioChunk: all arithmetic between bytes, samples and seconds.

Inside the program sound is always signed 16-bit little-endian mono PCM at the format's
rate; u-law exists on the wire only (`AudioFormat.to_wire`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scribe_tui.errors import UsageError

SAMPLE_BYTES = 2
CHUNK_SECONDS = 0.1
"""Length of a chunk. The service advises 0.1 to 1 s; shorter is earlier."""


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """One of the wire's seven formats. `rate` in Hz."""

    name: str
    rate: int

    @classmethod
    def parse(cls, name: str) -> AudioFormat:
        """The format called `name` on the wire. Raises UsageError for any other name."""
        try:
            return FORMATS[name]
        except KeyError:
            raise UsageError(
                "unknown format",
                f"Audio format {name!r} does not exist.",
                f"Use one of {', '.join(FORMATS)}.",
            ) from None

    @property
    def is_ulaw(self) -> bool:
        """Whether 8-bit u-law is sent instead of 16-bit PCM."""
        return self.name.startswith("ulaw")

    @property
    def chunk_samples(self) -> int:
        """Samples in one chunk of `CHUNK_SECONDS`."""
        return self.samples(CHUNK_SECONDS)

    @property
    def chunk_bytes(self) -> int:
        """PCM bytes in one chunk of `CHUNK_SECONDS`."""
        return self.chunk_samples * SAMPLE_BYTES

    def samples(self, seconds: float) -> int:
        """Whole samples in `seconds`, rounded to the nearest."""
        return round(seconds * self.rate)

    def seconds(self, samples: int) -> float:
        """Length of `samples` in seconds."""
        return samples / self.rate

    def silence(self, samples: int) -> bytes:
        """`samples` of digital silence as PCM."""
        return bytes(samples * SAMPLE_BYTES)

    def to_wire(self, pcm: bytes) -> bytes:
        """PCM as it is sent in this format: unchanged, or as u-law (G.711)."""
        if not self.is_ulaw:
            return pcm
        from scribe_tui.audio.pcm.audioop_import import audioop

        return audioop.lin2ulaw(pcm, SAMPLE_BYTES)


FORMATS = {
    name: AudioFormat(name, int(name.partition("_")[2]))
    for name in (
        "pcm_8000",
        "pcm_16000",
        "pcm_22050",
        "pcm_24000",
        "pcm_44100",
        "pcm_48000",
        "ulaw_8000",
    )
}


@dataclass(frozen=True, slots=True)
class SourcePosition:
    """Where sound lies in one opening of a source: `seconds` since the first sound of that opening.

    `copy` takes the bytes of that opening as the source sends them; None: they are not kept.
    """

    seconds: float
    copy: SoundCopy | None = None


class SoundCopy(Protocol):
    """Takes the bytes of one opening of a source as they were sent."""

    def write(self, data: bytes) -> None:
        """Take what came. Never blocks, never raises."""

    def close(self) -> None:
        """No more will come."""


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Consecutive mono PCM, whole samples.

    `heard_at`: instant of its first sample, a reading of `Clock.elapsed`. `source_position`
    is None where the source does not know it.
    """

    pcm: bytes
    heard_at: float
    source_position: SourcePosition | None = None

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.pcm) // SAMPLE_BYTES
