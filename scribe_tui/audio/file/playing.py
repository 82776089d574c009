"""Playing a file: start a decoder with the options that the file needs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from scribe_tui.audio.containers.au import followed_layout, is_au
from scribe_tui.audio.containers.transport_stream import is_transport_stream
from scribe_tui.audio.containers.true_times import HEAD_BYTES, doubt_of, has_times, list_kind
from scribe_tui.audio.containers.unfinished import (
    layout_at_start,
    may_have_layout,
    unfinished_layout,
)
from scribe_tui.audio.containers.wav import (
    PcmLayout,
    has_wrong_length,
    is_wav,
    pcm_layout,
    unpadded_layout,
)
from scribe_tui.audio.decoder.command import (
    ONE_PROGRAM,
    DecoderInput,
    FileReadOptions,
    file_input,
    relay_input,
)
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.decoder.relay import HOST, relay
from scribe_tui.audio.file import failures
from scribe_tui.audio.file.growing import GrowingFile
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.losses.cut_short import is_cut_by_size, stored_in
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import noticed
from scribe_tui.audio.track_choice import notice_of, speaking_track
from scribe_tui.audio.track_failures import found_no_stream, no_track
from scribe_tui.sanitize import harmless_line

READ_AHEAD_SECONDS = 2.0
"""Seconds of real time read ahead: a file played faster is read further ahead, up to the bound
below."""
MAX_AHEAD_SECONDS = 32.0
STALL_SECONDS = 60.0
"""A file that gives no bytes for this long is on a network disk that is unreachable."""


@dataclass(frozen=True, slots=True)
class PlayedFile:
    """A running decoder with its first sound ready, and the track it plays (from 0).

    `notices`: sentences about its timestamps and the choice of its track.
    """

    decoder: Decoder
    track: int
    notices: tuple[str, ...] = ()

    @property
    def stream(self) -> int:
        """The number of the track's stream in the container."""
        tracks = self.decoder.facts.tracks
        return tracks[self.track].stream if self.track < len(tracks) else self.track

    @property
    def codec(self) -> str | None:
        """The codec of the track."""
        return self.decoder.facts.codec_of(self.track)


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
    reading = FileReadOptions(
        ignore_length=is_wav(head) if options.follow else has_wrong_length(path),
        track=(options.track or 1) - 1,
        fill_holes=has_times(head),
        flags=ONE_PROGRAM if is_transport_stream(head) else (),
    )
    if not options.follow and (layout := _own_layout(path, head)) is not None:
        reading = FileReadOptions(flags=layout.flags, seconds=layout.told_seconds)
    source = file_input(path, reading)
    if options.follow:
        source = await _followed(source, path, head, held)
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
        reading = replace(reading, long_probe=True)
        decoder = await _started(start(file_input(path, reading)), held)
    tracks = decoder.facts.tracks
    if options.track and options.track > len(tracks) > 0:
        raise no_track(shown, options.track, [track.name for track in tracks])
    if options.track or len(tracks) < 2 or options.follow:
        return PlayedFile(_with_sound(decoder, path), reading.track, noticed(doubt_of(head)))

    def source_of(number: int, seconds: float | None) -> DecoderInput:
        return file_input(path, replace(reading, track=number, seconds=seconds))

    chosen = await speaking_track(tracks, source_of, shown)
    if chosen != reading.track:
        await decoder.stop()
        decoder = await _started(start(source_of(chosen, None)), held)
    notices = noticed(doubt_of(head), notice_of(tracks, chosen))
    return PlayedFile(_with_sound(decoder, path), chosen, notices)


def _own_layout(path: Path, head: bytes) -> PcmLayout | None:
    """The layout of the PCM in a file that the decoder's own readers would not recognise."""
    if is_wav(head):
        return unpadded_layout(path)
    if is_au(head):
        return followed_layout(path, head)
    layout = unfinished_layout(path) if may_have_layout(head) else None
    return None if layout is None else replace(layout, told_bytes=None)


def _head(path: Path, shown: str) -> bytes:
    """The first bytes of what may be sound. Raises SourceError."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise failures.unreadable_file(shown, error) from error
    if (kind := list_kind(head)) is not None:
        raise failures.is_list(shown, kind)
    return head


async def _started(decoder: Decoder, held: AsyncExitStack) -> Decoder:
    held.push_async_callback(decoder.stop)
    await decoder.start()
    await decoder.wait_for(SAMPLE_BYTES)
    if not decoder.buffered_bytes:
        await decoder.wait_exit()
    return decoder


def _with_sound(decoder: Decoder, path: Path) -> Decoder:
    if decoder.buffered_bytes:
        return decoder
    shown = harmless_line(path.name)
    stored = stored_in(path)
    if decoder.problem is None and stored is not None and is_cut_by_size(stored):
        raise failures.begins_alone(shown)
    raise decoder.problem or failures.explain_file(decoder.errors, shown)


def _is_late(decoder: Decoder) -> bool:
    return found_no_stream(decoder.errors)


async def _followed(
    source: DecoderInput, path: Path, head: bytes, held: AsyncExitStack
) -> DecoderInput:
    """`source` read through the relay as it grows, instead of by its name."""
    variables = await held.enter_async_context(
        relay().serving(GrowingFile(path), harmless_line(path.name))
    )
    through = relay_input(f"{HOST}/growing", variables)
    flags: tuple[str, ...] = ()
    if (layout := pcm_layout(head) or layout_at_start(head)) is not None:
        flags = layout.flags
    elif "-ignore_length" in source.arguments:
        flags = ("-ignore_length", "1")
    return replace(through.reading(flags), track=source.track)
