"""Write exports: one complete file per session; only this program's own files are replaced."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from scribe_tui.errors import UsageError
from scribe_tui.events import Event, GapRecorded, SegmentCommitted, SessionOpened
from scribe_tui.journal.export.cues import CueMaker
from scribe_tui.journal.export.documents import DOCUMENTS, ExportedSession, Sound
from scribe_tui.journal.export.page import to_html
from scribe_tui.journal.export.subtitles import FORMATS, Subtitles
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.reader import read
from scribe_tui.journal.reading.selection import selected
from scribe_tui.journal.reading.times import Window
from scribe_tui.journal.retention.locks import is_in_use
from scribe_tui.journal.run_files import (
    LIST,
    is_as_noted,
    is_live,
    list_alone,
    note,
    noted,
    unfinished,
)
from scribe_tui.sanitize import harmless_line

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
Refused = Callable[[UsageError], object]
"""Called with the reason why a file was not written."""
KINDS = ("txt", "srt", "vtt", "json", "csv", "html")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to export: which run, sessions and window, in which format.

    `sound_of` locates the kept sound of a journal's session: a file of the run, named without a
    folder, or a full path. An html page links its lines to it.
    """

    run: Path
    journals: tuple[Journal, ...]
    kind: str
    window: Window
    clock: bool = False
    sound_of: Callable[[Journal], Sound | None] | None = None


def export_to(wanted: Wanted, stream: BinaryIO, problems: Problems) -> None:
    """Write an export to a stream, its sessions one after the other. Raises OSError.

    Several as json are one list. Raises UsageError for subtitles of several.
    """
    if wanted.kind == "html":
        stream.writelines(to_html(wanted.run.name, _sessions(wanted, problems, None)))
        return
    if wanted.kind in FORMATS and len(wanted.journals) > 1:
        names = ", ".join(journal.name for journal in wanted.journals)
        raise UsageError(
            "several sources",
            f"One {wanted.kind} file holds one source, and this run has {harmless_line(names)}.",
            "Name one of them after the run, or leave out --output - to get a file for each.",
        )
    several = len(wanted.journals) > 1
    between = b"[" if several and wanted.kind == "json" else b""
    for number, session in enumerate(_sessions(wanted, problems, None)):
        stream.write(between)
        pieces = iter(_pieces(wanted, session))
        if number and wanted.kind == "csv":
            next(pieces)  # one table has one header
        stream.writelines(pieces)
        between = b"," if between else b""
    if between:
        stream.write(b"]\n")


def export_files(
    wanted: Wanted, folder: Path, problems: Problems, refused: Refused | None = None
) -> Iterator[Path]:
    """Write an export to files in `folder`; yield each path once the file is complete.

    An error for a file is passed to `refused`, and the other files are written; without `refused`
    it raises UsageError.
    """
    if wanted.kind == "html":
        whole = len(wanted.journals) != 1
        stem = wanted.run.name if whole else wanted.journals[0].stem
        page = to_html(wanted.run.name, _sessions(wanted, problems, folder))
        if (path := _written(folder / f"{stem}.html", page, refused)) is not None:
            yield path
        return
    # NAME.txt is the journal's own.
    suffix = ".export.txt" if wanted.kind == "txt" else f".{wanted.kind}"
    for session in _sessions(wanted, problems, folder):
        place = folder / f"{session.journal.stem}{suffix}"
        if (path := _written(place, _pieces(wanted, session), refused)) is not None:
            yield path


def _sessions(wanted: Wanted, problems: Problems, folder: Path | None) -> Iterator[ExportedSession]:
    words = wanted.kind in (*FORMATS, "json")
    sound_of = wanted.sound_of if wanted.kind == "html" else None
    for journal in wanted.journals:
        said = read(journal, problems, words=words)
        events = selected(said, wanted.window, problems, openings=True)
        sound = sound_of(journal) if sound_of is not None else None
        linked = None if sound is None else partial(_linked, sound, wanted.run, folder)
        yield ExportedSession(wanted.run.name, journal, events, linked)


def _linked(
    sound: Sound, run: Path, folder: Path | None, number: int, seconds: float
) -> tuple[str, float] | None:
    """The place of the sound, with the file's address as seen from a page in `folder`.

    A page in the run's own folder uses relative addresses, so that both can be moved together; any
    other page uses full paths.
    """
    place = sound(number, seconds)
    if place is None:
        return None
    beside = folder is not None and folder.absolute() == run.absolute()
    return _address(place[0], run.absolute(), beside), place[1]


@lru_cache(maxsize=256)
def _address(file: str, run: Path, beside: bool) -> str:
    path = Path(file)
    if path.is_absolute():
        return path.as_uri()
    return quote(path.name) if beside else (run / path.name).as_uri()


def _pieces(wanted: Wanted, session: ExportedSession) -> Iterable[bytes]:
    if wanted.kind in FORMATS:
        return subtitles(FORMATS[wanted.kind], session.events, clock=wanted.clock)
    return DOCUMENTS[wanted.kind](session)


def subtitles(form: Subtitles, events: Iterable[Event], *, clock: bool) -> Iterator[bytes]:
    """The blocks of a subtitle file, its head first."""
    maker, number = CueMaker(clock=clock), 0
    yield form.head
    for event in events:
        if isinstance(event, SessionOpened):
            maker.open(event.at)
        elif isinstance(event, GapRecorded):
            yield form.note(event.gap, maker.span_of(event.gap))
        elif isinstance(event, SegmentCommitted):
            for cue in maker.of(event.segment):
                number += 1
                yield form.block(number, cue)


def _written(path: Path, pieces: Iterable[bytes], refused: Refused | None) -> Path | None:
    """The path once the file is written; None where that was refused. Raises UsageError."""
    try:
        _write(path, pieces)
    except UsageError as error:
        if refused is None:
            raise
        refused(error)
        return None
    return path


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a temporary file and rename it to `path`. Raises UsageError."""
    beside = unfinished(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if (path.parent / LIST).exists():  # another export may be between its move and its note
            with list_alone(path.parent):
                _check_place(path)
        else:
            _check_place(path)
        try:
            descriptor = os.open(beside, _FLAGS, 0o600)
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor of our own making
                file.writelines(pieces)
            with list_alone(path.parent):
                _check_place(path)  # checked again: writing has taken a while
                beside.replace(path)
                note(path)
        finally:
            with suppress(OSError):
                beside.unlink()
    except OSError as error:
        raise UsageError(
            "export",
            f"{harmless_line(str(path))} cannot be written: {error.strerror}.",
            "Name another folder with --output.",
        ) from None


def _check_place(path: Path) -> None:
    """Raise UsageError if a file exists there that this program must not replace."""
    if path.exists() and not is_as_noted(path, noted(path.parent)):
        raise UsageError(
            "file exists",
            f"{harmless_line(str(path))} is there already and is not left as it was exported.",
            "Move it away, or name another folder with --output.",
        )
    if is_live(path) and is_in_use(path.parent):  # the recording would lose its file
        raise UsageError(
            "live file",
            f"{harmless_line(str(path))} is being written by the recording itself (--live).",
            "It has all that was said so far; for a copy name another folder with --output.",
        )
