"""Clips: some seconds of sound as WAV, MP3 or Ogg, with their text as txt, srt and json.

The sound comes from the archive (`from_archive`) or from a session's memory (`from_memory`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from pathlib import Path

from scribe_tui.archive.kept_spans import KeptSpan, kept_within, still_there
from scribe_tui.archive.sound import Sound, read_sound
from scribe_tui.audio.clips import CLIP_FORMATS, export_clip
from scribe_tui.audio.file.file_source import RAW_SUFFIX
from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import UsageError
from scribe_tui.events import CommittedSegment, Event, GapRecorded, SegmentCommitted, SessionOpened
from scribe_tui.journal.export.documents import DOCUMENTS, ExportedSession
from scribe_tui.journal.export.files import subtitles
from scribe_tui.journal.export.subtitles import FORMATS
from scribe_tui.journal.file_names import file_stem
from scribe_tui.journal.readable import clock
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.times import Bound, Window
from scribe_tui.sanitize import harmless_line

TEXTS = ("txt", "srt", "json")
LACK_SECONDS = 0.5
"""If a clip is shorter than requested by more than this many seconds, a remark says so."""
CLIP_RATE = AudioFormat.parse("pcm_44100")


@dataclass(frozen=True, slots=True)
class Clip:
    """What was saved: the sound file, the text files, and its length in seconds.

    `missing_seconds` of it are silence, because no sound was kept of them. `remark`: a further
    sentence or "".
    """

    sound: Path
    texts: tuple[Path, ...]
    seconds: float
    missing_seconds: float
    remark: str = ""

    @property
    def sentence(self) -> str:
        """One sentence for people."""
        said = [f"{self.seconds:.1f} s"]
        if self.missing_seconds >= 0.1:
            said.append(f"{self.missing_seconds:.1f} s of it silence for want of kept sound")
        if self.remark:
            said.append(self.remark)
        return f"saved {self.sound} ({', '.join(said)}), the text beside it"


def widened(window: Window, before: float, after: float) -> Window:
    """The window extended by these seconds before and after."""
    return Window(_moved(window.start, -before), _moved(window.end, after))


async def from_archive(run: Path, journal: Journal, window: Window) -> tuple[Sound, str]:
    """Return the kept sound of a window, and a remark on what is missing of it ("" if nothing).

    Raises UsageError and SourceError like `read_sound`.
    """
    found = still_there(run, kept_within(journal, window))
    spans = [span for span in found if span.run == found[-1].run]
    sound = await read_sound(run, spans, rate_of(spans))
    return sound, _lack(sound, window, is_last_run=len(spans) < len(found))


def _lack(sound: Sound, window: Window, *, is_last_run: bool) -> str:
    ended_at, end_seconds = sound.started_at + sound.seconds, sound.start_seconds + sound.seconds
    lacks = []
    if is_last_run:
        lacks.append(f"the source was started anew at {clock(sound.started_at)}: no more than that")
    elif _distance(window.start, sound.started_at, sound.start_seconds) > LACK_SECONDS:
        lacks.append(f"no sound is kept of the time before {clock(sound.started_at)}")
    if -_distance(window.end, ended_at, end_seconds) > LACK_SECONDS:
        lacks.append(f"no sound is kept of the time after {clock(ended_at)}")
    return ", ".join(lacks)


def _distance(bound: Bound | None, instant: float, source_seconds: float) -> float:
    """Return the seconds by which a position is after a bound."""
    if bound is None:
        return 0.0
    if bound.instant is not None:
        return instant - bound.instant
    return source_seconds - (bound.source_seconds or 0.0)


def rate_of(spans: Iterable[KeptSpan]) -> AudioFormat:
    """Return the format in which kept sound is cut: 44.1 kHz, or the rate of raw samples."""
    raw = next((span for span in spans if span.file.lower().endswith(RAW_SUFFIX)), None)
    return CLIP_RATE if raw is None else AudioFormat.parse(raw.audio_format)


def from_memory(chunks: Iterable[tuple[float, float, bytes]], audio_format: AudioFormat) -> Sound:
    """Return the sound a session has in memory.

    `chunks` are (source seconds, instant heard, PCM) in order. Raises UsageError if there are none.
    """
    chunks = list(chunks)
    if not chunks:
        raise UsageError("no sound", "There is no sound in memory to save.", "Wait for some.")
    pcm, kept = bytearray(), 0
    start_seconds, started_at, _ = chunks[0]
    for seconds, _, piece in chunks:
        at = 2 * audio_format.samples(seconds - start_seconds)
        pcm += bytes(max(0, at - len(pcm)))
        pcm += piece
        kept += len(piece)
    kept_seconds = audio_format.seconds(kept // 2)
    return Sound(bytes(pcm), audio_format, start_seconds, started_at, kept_seconds)


def working_folder() -> Path:
    """The current folder, where clips go by default. Raises UsageError if it was deleted."""
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(
            "no working folder",
            f"The working folder cannot be found: {error.strerror}.",
            "Go to another one, or name a folder with --output.",
        ) from None


def save_clip(
    sound: Sound, journal: Journal, events: Iterable[Event], folder: Path, kind: str = "wav"
) -> Clip:
    """Write a clip and its texts into `folder`, without replacing any file. Blocks.

    `events` are those of the session; those within the clip are written, with times from its
    beginning. Raises UsageError, or SourceError without a decoder.
    """
    if kind not in CLIP_FORMATS:
        raise UsageError(
            "unknown clip format",
            f"A clip cannot be written as {harmless_line(kind)}.",
            f"It can be {', '.join(CLIP_FORMATS)}.",
        )
    text = list(_within(events, sound))
    made: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stem = f"{file_stem(journal.name)} {_shown(sound.started_at)}"
        path, *others = made = _reserve(folder, stem, kind)
        export_clip(sound.pcm, sound.audio_format, path)
        texts = tuple(
            _write_text(other, form, journal, text)
            for other, form in zip(others, TEXTS, strict=True)
        )
    except BaseException as error:
        for each in made:
            each.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        raise UsageError(
            "clip",
            f"The clip cannot be written to {harmless_line(str(folder))}: {error.strerror}.",
            "Name another folder with --output.",
        ) from None
    return Clip(path, texts, sound.seconds, max(0.0, sound.seconds - sound.kept_seconds))


def _write_text(path: Path, form: str, journal: Journal, events: list[Event]) -> Path:
    if form == "srt":
        pieces: Iterable[bytes] = subtitles(FORMATS[form], iter(events), clock=False)
    else:
        pieces = DOCUMENTS[form](ExportedSession(path.stem, journal, iter(events)))
    with path.open("wb") as file:
        file.writelines(pieces)
    return path


def _within(events: Iterable[Event], sound: Sound) -> Iterator[Event]:
    """Yield the opening of the clip's run, and the events within the clip, in times of the clip."""
    found: list[Event] = []
    start, end = sound.start_seconds, sound.start_seconds + sound.seconds
    for event in events:
        if isinstance(event, SessionOpened):
            if found and event.at > sound.started_at:
                break
            found = [event]
        elif isinstance(event, SegmentCommitted):
            segment = event.segment
            if segment.end_seconds > start and segment.start_seconds < end:
                found.append(replace(event, segment=_shifted(segment, start)))
        elif isinstance(event, GapRecorded):
            gap = event.gap
            if gap.end_seconds > start and gap.start_seconds < end:
                found.append(
                    replace(
                        event,
                        gap=replace(
                            gap,
                            start_seconds=max(0.0, gap.start_seconds - start),
                            end_seconds=gap.end_seconds - start,
                        ),
                    )
                )
    yield from found


def _shifted(segment: CommittedSegment, start: float) -> CommittedSegment:
    words = tuple(
        replace(
            word,
            start_seconds=max(0.0, word.start_seconds - start),
            end_seconds=max(0.0, word.end_seconds - start),
        )
        for word in segment.words
    )
    return replace(
        segment,
        start_seconds=max(0.0, segment.start_seconds - start),
        end_seconds=segment.end_seconds - start,
        words=words,
    )


def _moved(bound: Bound | None, seconds: float) -> Bound | None:
    if bound is None:
        return None
    if bound.instant is not None:
        return Bound(instant=bound.instant + seconds)
    return Bound(source_seconds=max(0.0, (bound.source_seconds or 0.0) + seconds))


def _shown(instant: float) -> str:
    if not math.isfinite(instant):
        return "clip"
    return f"{datetime.fromtimestamp(instant):%Y-%m-%dT%H-%M-%S}"


def _reserve(folder: Path, stem: str, kind: str) -> list[Path]:
    """Create files for a clip and its texts, called `stem`, with a number if needed.

    They are created at once, so that two programs never use the same. Raises OSError.
    """
    for number in count(1):
        free = stem if number == 1 else f"{stem}-{number}"
        if any((folder / f"{free}.{form}").exists() for form in (*CLIP_FORMATS, *TEXTS)):
            continue
        paths = [folder / f"{free}.{form}" for form in (kind, *TEXTS)]
        made: list[Path] = []
        try:
            for path in paths:
                path.touch(exist_ok=False)
                made.append(path)
        except OSError as error:
            for path in made:
                path.unlink()
            if not isinstance(error, FileExistsError):
                raise
        else:
            return paths
    raise AssertionError("numbers have no end")
