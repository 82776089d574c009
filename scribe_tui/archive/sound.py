"""Sound cut out of kept files: PCM, and where in source time it begins."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scribe_tui.archive.digest import file_digest
from scribe_tui.archive.kept_spans import KeptSpan, file_of
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.file.file_source import RAW_SUFFIX
from scribe_tui.audio.file.playing import play_file
from scribe_tui.audio.file.raw_file import RawFile
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.errors import SourceError, UsageError
from scribe_tui.sanitize import harmless_line

MAX_SECONDS = 3600.0
"""Most seconds of sound held in memory at once: 320 MB at 44.1 kHz."""
_STEP_SECONDS = 5.0
_MTIME_SECONDS = 2.0
"""Some file systems round modification times by up to this many seconds."""
_AHEAD = SourceOptions(speed=16.0)
"""Options for reading ahead at up to 16 times real time."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Mono PCM; it begins at `start_seconds` of the source, heard at the instant `started_at`.

    `kept_seconds` of it are kept sound, the rest is silence where none was kept.
    """

    pcm: bytes
    audio_format: AudioFormat
    start_seconds: float
    started_at: float
    kept_seconds: float

    @property
    def seconds(self) -> float:
        """Its length in seconds."""
        return self.audio_format.seconds(len(self.pcm) // SAMPLE_BYTES)


async def read_sound(run: Path, spans: Sequence[KeptSpan], audio_format: AudioFormat) -> Sound:
    """Return the sound of consecutive spans of one run, with silence between them.

    Raises UsageError if there is none, for more than `MAX_SECONDS`, or if a local file is gone or
    was changed; SourceError for what cannot be decoded.
    """
    if not spans:
        raise UsageError(
            "no sound kept",
            "No sound was kept of that time.",
            "Record with --archive 7d to have it.",
        )
    first = spans[0]
    pcm, kept = bytearray(), 0
    for span in spans:
        at = audio_format.samples(span.start_seconds - first.start_seconds) * SAMPLE_BYTES
        _check_length(at, audio_format)
        pcm += bytes(max(0, at - len(pcm)))
        async for piece in _pcm_of(run, span, audio_format):
            pcm += piece
            kept += len(piece)
            _check_length(len(pcm), audio_format)
    if not kept:
        raise UsageError("no sound kept", "The sound of that time is not in the kept files.")
    seconds = audio_format.seconds(kept // SAMPLE_BYTES)
    return Sound(bytes(pcm), audio_format, first.start_seconds, first.started_at, seconds)


def _check_length(size: int, audio_format: AudioFormat) -> None:
    if size > audio_format.samples(MAX_SECONDS) * SAMPLE_BYTES:
        raise UsageError(
            "too long",
            f"That is more than {MAX_SECONDS / 60:.0f} minutes.",
            "Name a shorter time with --from and --to.",
        )


async def _pcm_of(run: Path, span: KeptSpan, audio_format: AudioFormat) -> AsyncIterator[bytes]:
    path = await _path_of(run, span)
    skip = audio_format.samples(span.offset_seconds) * SAMPLE_BYTES
    length = min(span.end_seconds - span.start_seconds, MAX_SECONDS + 1)
    left = audio_format.samples(length) * SAMPLE_BYTES
    step = audio_format.samples(_STEP_SECONDS) * SAMPLE_BYTES
    async with AsyncExitStack() as held:
        reader = await _reader(path, span, audio_format, held)
        while left > 0 and (piece := await reader.read(min(step, skip or left))):
            if skip:
                skip -= len(piece)
            else:
                left -= len(piece)
                yield piece


async def _reader(
    path: Path, span: KeptSpan, audio_format: AudioFormat, held: AsyncExitStack
) -> Decoder | RawFile:
    """Return a reader that decodes and counts as when it was recorded."""
    if path.suffix.lower() == RAW_SUFFIX:
        if audio_format != AudioFormat.parse(span.audio_format):
            raise SourceError("raw sound", f"{harmless_line(path.name)} is at another rate.")
        raw = RawFile(path, audio_format)
        await raw.start()
        held.push_async_callback(raw.stop)
        return raw
    return (await play_file(path, audio_format, _AHEAD, held, time.monotonic)).decoder


async def _path_of(run: Path, span: KeptSpan) -> Path:
    """Return the file of a span. Raises UsageError unless it exists and is unchanged."""
    path = file_of(run, span)
    shown = harmless_line(str(path))
    if not path.is_file():
        raise UsageError(
            "sound gone",
            f"{shown} is not there any more.",
            "Kept sound is deleted after the time of --archive, or beyond --archive-max-gb.",
        )
    if Path(span.file).is_absolute():
        try:
            same = await in_own_thread(lambda: _is_unchanged(path, span), name="file-digest")
        except OSError as error:
            raise UsageError("sound", f"{shown} cannot be read: {error.strerror}.") from error
        if not same:
            raise UsageError(
                "another file", f"{shown} is not the file any more that was recorded from."
            )
    return path


def _is_unchanged(path: Path, span: KeptSpan) -> bool:
    """Return whether a local file is unchanged. Raises OSError.

    There is no digest of a large file whose recording ended before it was read completely: then its
    modification time must not be later than the recording.
    """
    status = path.stat()
    if not span.digest:
        return status.st_mtime <= span.started_at + _MTIME_SECONDS
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    return _known_digest(path, identity) == span.digest


@lru_cache(maxsize=64)
def _known_digest(path: Path, _identity: tuple[int, ...]) -> str:
    """Return the file's SHA-256, cached, so that a large file is not read for each line played."""
    return file_digest(path)
