"""Start a decoder on a file in the way that file needs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from scribe_tui.audio.containers import HEAD_BYTES, has_times
from scribe_tui.audio.decoder.command import DecoderInput, FileReading, file_input, relay_input
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.decoder.relay import HOST, relay
from scribe_tui.audio.failures import no_track
from scribe_tui.audio.file import failures
from scribe_tui.audio.file.growing import GrowingFile
from scribe_tui.audio.file.track_choice import speaking_track
from scribe_tui.audio.file.wav import has_wrong_length, is_wav
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.sanitize import harmless_line

READ_AHEAD_SECONDS = 2.0
"""Of time, not of sound: a faster file is read further ahead, up to the bound below."""
MAX_AHEAD_SECONDS = 32.0
STALL_SECONDS = 60.0
"""A file that gives nothing for so long lies on a network disk that is gone."""
_LATE_SOUND = ("matches no streams", "does not contain any stream")


@dataclass(frozen=True, slots=True)
class PlayedFile:
    """A running decoder with its first sound ready, and the track it plays (from 0)."""

    decoder: Decoder
    track: int
    notice: str | None = None

    @property
    def stream(self) -> int:
        """The number of the track's stream in the container."""
        tracks = self.decoder.facts.tracks
        return tracks[self.track].stream if self.track < len(tracks) else self.track

    @property
    def codec(self) -> str | None:
        """The codec of the track."""
        tracks = self.decoder.facts.tracks
        return tracks[self.track].codec if self.track < len(tracks) else self.decoder.facts.codec


async def play_file(
    path: Path,
    audio_format: AudioFormat,
    options: SourceOptions,
    held: AsyncExitStack,
    now: Callable[[], float],
) -> PlayedFile:
    """The decoder of a file; `held` stops it. Raises SourceError (NEVER)."""
    shown = harmless_line(path.name)
    head = _head(path, shown)
    reading = FileReading(
        ignore_length=is_wav(head) if options.follow else has_wrong_length(path),
        track=(options.track or 1) - 1,
        fill_holes=has_times(head),
    )
    source = file_input(path, reading)
    if options.follow:
        variables = await held.enter_async_context(relay().serving(GrowingFile(path)))
        source = _followed(source, variables)
    start = partial(
        Decoder,
        audio_format=audio_format,
        where=shown,
        capacity_seconds=min(MAX_AHEAD_SECONDS, READ_AHEAD_SECONDS * max(1.0, options.speed)),
        stall_seconds=STALL_SECONDS,
        options=options,
        now=now,
    )
    decoder = await _started(start(source), held)
    if not decoder.buffered_bytes and _is_late(decoder) and not options.follow:
        reading = replace(reading, patient=True)
        decoder = await _started(start(file_input(path, reading)), held)
    tracks = decoder.facts.tracks
    if options.track and options.track > len(tracks) > 0:
        raise no_track(shown, options.track, [track.name for track in tracks])
    if options.track or len(tracks) < 2 or options.follow:
        return PlayedFile(_with_sound(decoder, shown), reading.track)

    def source_of(number: int, seconds: float | None) -> DecoderInput:
        return file_input(path, replace(reading, track=number, seconds=seconds))

    chosen = await speaking_track(tracks, source_of, shown)
    if chosen != reading.track:
        await decoder.stop()
        decoder = await _started(start(source_of(chosen, None)), held)
    names = ", ".join(f"{number} {track.name}" for number, track in enumerate(tracks, start=1))
    notice = f"sound track {chosen + 1} of {len(tracks)} is taken ({names})"
    return PlayedFile(_with_sound(decoder, shown), chosen, notice)


def _head(path: Path, shown: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(HEAD_BYTES)
    except OSError as error:
        raise failures.unreadable_file(shown, error) from error


async def _started(decoder: Decoder, held: AsyncExitStack) -> Decoder:
    held.push_async_callback(decoder.stop)
    await decoder.start()
    await decoder.wait_for(SAMPLE_BYTES)
    if not decoder.buffered_bytes:
        await decoder.wait_exit()
    return decoder


def _with_sound(decoder: Decoder, shown: str) -> Decoder:
    if not decoder.buffered_bytes:
        raise decoder.problem or failures.explain_file(decoder.errors, shown)
    return decoder


def _is_late(decoder: Decoder) -> bool:
    return any(sign in line for sign in _LATE_SOUND for line in decoder.errors)


def _followed(source: DecoderInput, variables: dict[str, str]) -> DecoderInput:
    """`source` read through the relay instead of by its name."""
    flags = ("-ignore_length", "1") if "-ignore_length" in source.arguments else ()
    through = relay_input(f"{HOST}/growing", variables)
    *before, marker, url = through.arguments
    return replace(through, arguments=(*before, *flags, marker, url), track=source.track)
