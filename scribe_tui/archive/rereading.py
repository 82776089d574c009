"""Second reading of kept sound by the batch model, in parts, resumable."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from scribe_tui.archive.kept_spans import KeptSpan, kept_within
from scribe_tui.archive.second_reading import SecondReading
from scribe_tui.archive.sound import Sound, read_sound
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.errors import SpeechError, UsageError
from scribe_tui.events import SegmentCommitted, SessionClosed, SessionOpened
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.reader import read, read_types
from scribe_tui.journal.reading.times import Window
from scribe_tui.scribe.batch import RATE, UNCHARGED, BatchTranscript

PART_SECONDS = 1800.0
"""Seconds of a part: a stop loses at most one; speakers are distinguished within a part."""
OUTAGE_SECONDS = 5.0
"""Longest hole in seconds that is sent as silence, which costs as much as sound."""
LEAST_SECONDS = 0.1
"""Shorter remainders of a file, in seconds, are not sent: they hold no word."""
_SEAM_SECONDS = 30.0
"""A part is cut at the quietest place within this many seconds before its end."""
_PAUSE_SECONDS = 0.3
KEEP_TRYING_SECONDS = 60.0
RETRY_SECONDS = 1.0
_FORMAT = AudioFormat.parse("pcm_16000")
assert _FORMAT.rate == RATE

ReadPart = Callable[[bytes], BatchTranscript]
"""Sends PCM and waits for its text; blocks. Raises SpeechError."""


def wanted_spans(journal: Journal, window: Window) -> list[KeptSpan]:
    """Return the kept sound of a window, of one run only. Raises UsageError if there is none."""
    spans = kept_within(journal, window)
    if not spans:
        raise UsageError(
            "no sound kept",
            f"No sound of {journal.name} was kept of that time.",
            "Record with --archive 7d to have it.",
        )
    return [span for span in spans if span.run == spans[-1].run]


def rest_of(spans: Iterable[KeptSpan], done_until: float) -> list[KeptSpan]:
    """Return what remains of the spans after `done_until` (source seconds)."""
    rest = []
    for span in spans:
        if span.end_seconds <= done_until:
            continue
        later = max(0.0, done_until - span.start_seconds)
        rest.append(
            replace(
                span,
                offset_seconds=span.offset_seconds + later,
                start_seconds=span.start_seconds + later,
                started_at=span.started_at + later,
            )
        )
    return rest


async def read_again(
    spans: list[KeptSpan],
    reading: SecondReading,
    read_part: ReadPart,
    part_seconds: float = PART_SECONDS,
    stopping: asyncio.Event | None = None,
) -> AsyncIterator[float]:
    """Read the remaining spans in order; yields the source seconds done after each part.

    Whatever stops it, finished parts are kept in `reading`, and the next call resumes there. Once
    `stopping` is set nothing more is sent, but the answer to what was sent is awaited, since it is
    charged. Raises what `read_sound` and `read_part` raise.
    """
    stopping = stopping or asyncio.Event()
    try:
        while parts := list(parts_of(rest_of(spans, reading.done_until), part_seconds)):
            sound = await _unless(stopping, _next_part(reading.path.parent, parts, part_seconds))
            if stopping.is_set():
                return
            if sound is None:
                break
            yield await _read_part(sound, reading, read_part)
        reading.finish()
    finally:
        reading.close()


async def _read_part(sound: Sound, reading: SecondReading, read_part: ReadPart) -> float:
    """Send a part and save its answer; return its end in source seconds."""
    end = sound.start_seconds + sound.seconds
    reading.send(sound.start_seconds, end)
    try:
        answer = await in_own_thread(partial(read_part, sound.pcm), name="second-reading")
    except SpeechError as error:
        if error.title in UNCHARGED:
            reading.refused()
        raise
    await _keep(partial(reading.add, sound.start_seconds, end, answer))
    return end


async def _unless(stopping: asyncio.Event, part: Coroutine[Any, Any, Sound | None]) -> Sound | None:
    """Return the sound of the next part; None at once when stopping."""
    task, stop = asyncio.ensure_future(part), asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait((task, stop), return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, stop):
            each.cancel()
        await asyncio.gather(task, stop, return_exceptions=True)


async def _keep(write: Callable[[], None]) -> None:
    """Save an answer, which is paid for, trying for a minute if the disk refuses it.

    Raises UsageError.
    """
    give_up_at = time.monotonic() + KEEP_TRYING_SECONDS
    while True:
        try:
            return write()
        except UsageError:
            if time.monotonic() > give_up_at:
                raise
        await asyncio.sleep(RETRY_SECONDS)


def parts_of(
    spans: Iterable[KeptSpan], part_seconds: float = PART_SECONDS
) -> Iterator[list[KeptSpan]]:
    """Group spans into parts of up to `part_seconds` without a long hole between them.

    A short hole is filled with silence. `sent_seconds` gives the length of each part.
    """
    part: list[KeptSpan] = []
    until = 0.0
    for span in spans:
        left = [span]
        while left:
            start = left[0].start_seconds
            if part and (start >= until or start - part[-1].end_seconds > OUTAGE_SECONDS):
                yield part
                part = []
            if not part:
                until = start + part_seconds
            part.append(replace(left[0], end_seconds=min(left[0].end_seconds, until)))
            left = rest_of(left, until)
    if part:
        yield part


def sent_seconds(part: Sequence[KeptSpan]) -> float:
    """Return the seconds of a part as it is sent, silence between its spans included."""
    return part[-1].end_seconds - part[0].start_seconds


async def _next_part(run: Path, parts: list[list[KeptSpan]], seconds: float) -> Sound | None:
    """Return the sound of the next part, cut where it is quiet; None if no more was kept.

    Sound that is not in its file, or was deleted meanwhile, is skipped.
    """
    ended: set[tuple[str, float]] = set()
    for part in parts:
        left = [span for span in part if _place(span) not in ended]
        if not left:
            continue
        try:
            sound = await read_sound(run, left, _FORMAT)
        except UsageError as error:
            if error.title not in ("no sound kept", "sound gone"):
                raise
            ended.update(map(_place, left))
            continue
        if sound.seconds >= seconds - 1:
            return replace(sound, pcm=sound.pcm[: _seam(sound.pcm)])
        if sound.seconds >= LEAST_SECONDS:
            return sound
    return None


def _place(span: KeptSpan) -> tuple[str, float]:
    """Return a key that is the same for spans that are continuous in one file."""
    return span.file, round(span.offset_seconds - span.start_seconds, 1)


def _seam(pcm: bytes) -> int:
    """Return the byte offset of the middle of the quietest pause near the end of `pcm`."""
    step = _FORMAT.samples(_PAUSE_SECONDS) * SAMPLE_BYTES
    first = max(step, len(pcm) - _FORMAT.samples(_SEAM_SECONDS) * SAMPLE_BYTES)
    places = range(first - first % SAMPLE_BYTES, len(pcm) - step, step)
    if not places:
        return len(pcm)
    quietest = min(places, key=lambda at: level_dbfs(pcm[at : at + step]))
    return quietest + step // 2 // SAMPLE_BYTES * SAMPLE_BYTES


def heard_until(journal: Journal, span: KeptSpan) -> float:
    """Return the source seconds up to which the run of `span` was heard, by the journal."""
    run, until = 0, span.start_seconds
    for event in read(journal, as_heard=True, words=False):
        if isinstance(event, SessionOpened):
            run += 1
        elif run != span.run:
            continue
        elif isinstance(event, SessionClosed):
            until = max(until, event.heard_seconds)
        elif isinstance(event, SegmentCommitted):
            until = max(until, event.segment.end_seconds)
    return until


def is_over(journal: Journal, span: KeptSpan) -> bool:
    """Return whether the run of `span` has ended, by the journal."""
    run = 0
    for event in read_types(journal, ("session_start", "session_end")):
        run += isinstance(event, SessionOpened)
        if run == span.run and isinstance(event, SessionClosed):
            return True
    return False
