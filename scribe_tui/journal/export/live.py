"""LiveExport: a sink that writes subtitles next to the session log while recording (`--live`)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread

from scribe_tui.events import (
    Event,
    GapRecorded,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
)
from scribe_tui.faults import log_fault
from scribe_tui.journal.bounded_queue import BoundedQueue, LinesLost
from scribe_tui.journal.export.live_file import LiveFile
from scribe_tui.journal.export.subtitles import FORMATS
from scribe_tui.journal.file_names import Stems
from scribe_tui.journal.reading.rewrites import AppliedCorrections, Rewrites

_log = logging.getLogger(__name__)

HELD_BYTES = 8 * 1024 * 1024
RETRY_SECONDS = 1.0

_TAKEN = (
    SessionOpened,
    SegmentCommitted,
    GapRecorded,
    SegmentRedacted,
    SegmentEdited,
    SessionClosed,
    SessionRemoved,
)


class LiveExport:
    """Writes on a separate thread; writes that a full disk refuses are repeated."""

    def __init__(self, run: Path, formats: Sequence[str]) -> None:
        self._run = run
        self._formats = tuple(dict.fromkeys(formats))
        self._queue = BoundedQueue(HELD_BYTES)
        self._stems = Stems()
        self._sessions: dict[str, _Session] = {}
        self._give_up_at: float | None = None
        self._refused = False
        self._thread = Thread(target=self._work, name="live-export", daemon=True)
        self._thread.start()

    def receive(self, event: Event) -> None:
        """Take one event; returns at once."""
        if isinstance(event, _TAKEN):
            self._queue.put(event)

    def close(self, timeout_seconds: float = 2.0) -> int:
        """Write queued events, within the time; return how many events were not written."""
        self._give_up_at = time.monotonic() + timeout_seconds
        self._queue.close()
        self._thread.join(timeout_seconds + RETRY_SECONDS)
        return self._queue.unsaved

    def _work(self) -> None:
        try:
            while not self._queue.closed:
                self._write_all()
            self._write_all()
            for session in self._sessions.values():
                session.close()
        except Exception as error:  # noqa: BLE001 - the session log goes on and has it all
            log_fault(_log, "Writing subtitles while recording stopped", error)

    def _write_all(self) -> None:
        for item in self._queue.take(60.0):
            if isinstance(item, LinesLost):
                _log.warning("Subtitles lack %d events: the disk was too slow.", item.lines)
                continue
            session = self._sessions.get(item.session)
            if session is None:
                stem = self._stems.of(item.session)
                session = self._sessions[item.session] = _Session(self._run, stem, self._formats)
            self._write(session, item)

    def _write(self, session: _Session, event: Event) -> None:
        """Write one event, however often the disk refuses; each file takes it once."""
        steps = session.steps(event)
        while steps:
            try:
                steps[0]()
            except OSError as error:
                if self._give_up_at is not None and time.monotonic() > self._give_up_at:
                    return
                if not self._refused:
                    self._refused = True
                    _log.warning("Subtitles cannot be written: %s.", error.strerror)
                time.sleep(RETRY_SECONDS)
                continue
            steps.pop(0)
            self._refused = False


class _Session:
    """The files of one session, and later changes of its segments."""

    def __init__(self, run: Path, stem: str, formats: Sequence[str]) -> None:
        forms = [FORMATS[name] for name in formats]
        self._files = [LiveFile(run / f"{stem}{form.suffix}", form) for form in forms]
        self._rewrites = Rewrites()
        self._corrected = AppliedCorrections()

    def steps(self, event: Event) -> list[Callable[[], object]]:
        """The steps for an event, one for each file."""
        self._rewrites.add(event)
        event = self._corrected.event(event)
        return [partial(self._try, file, event) for file in self._files.copy()]

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()

    def _try(self, file: LiveFile, event: Event) -> None:
        """Apply an event to a file. Raises OSError if another try may succeed."""
        try:
            if file in self._files:
                self._apply(file, event)
        except FileExistsError as error:
            _log.warning("Subtitles are not written: %s.", error.strerror)
            self._files.remove(file)

    def _apply(self, file: LiveFile, event: Event) -> None:
        match event:
            case SessionOpened(at=at):
                file.open(at)
            case SegmentCommitted(segment=segment):
                segment = self._rewrites.segment(segment)
                if segment.text:
                    file.add(replace(segment, text=self._corrected.text(segment.text)))
            case GapRecorded(gap=gap):
                file.miss(gap)
            case SegmentRedacted(segment_number=number, redacted_text=text):
                file.rewrite(number, self._corrected.text(text))
            case SegmentEdited(segment_number=number, edited_text=text):
                file.rewrite(number, self._corrected.text(text))
            case SessionRemoved():
                file.close()
