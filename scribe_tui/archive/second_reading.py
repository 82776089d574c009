"""SecondReading: the file of a second reading of kept sound, written part by part.

`RUN/news.reread.0001.ndjson` has a first line with the request, a line before each part is sent and
one with its answer, and a last line once all parts are read. A reading that stopped continues in
the same file; a complete one is never changed.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scribe_tui.errors import UsageError
from scribe_tui.events import Word
from scribe_tui.journal.retention.locks import lock_alone
from scribe_tui.journal.run_files import note
from scribe_tui.sanitize import harmless, harmless_line
from scribe_tui.scribe.batch import MODEL, BatchSettings, BatchTranscript
from scribe_tui.sizes import size_text

VERSION = 1
MAX_LINE_BYTES = 64 * 1024 * 1024
MAX_READINGS = 10_000
ROOM_BYTES = 16_000_000
"""Free bytes on the disk needed to send anything: a lost answer would be charged, too."""
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True, slots=True)
class Request:
    """What is read again: from where to where in source seconds, and how.

    Source seconds restart each time a session is started: `run` counts these, from 1.
    """

    session: str
    from_seconds: float
    to_seconds: float
    settings: BatchSettings
    run: int = 1

    def head(self) -> dict[str, Any]:
        """Return the first record of its file."""
        later = {"run": self.run} if self.run > 1 else {}
        return {
            "type": "reread",
            "v": VERSION,
            "model": MODEL,
            "session": self.session,
            "from_seconds": round(self.from_seconds, 3),
            "to_seconds": round(self.to_seconds, 3),
            "language": self.settings.language,
            "diarize": self.settings.diarize,
            "keyterms": list(self.settings.keyterms),
            **later,
        }


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """The text from `start_seconds` to `end_seconds` of the source; words in source time."""

    start_seconds: float
    end_seconds: float
    text: str
    words: tuple[Word, ...]


class SecondReading:
    """One second reading. `parts` are those read so far; `is_whole`: all are read.

    `unanswered_seconds`: sound that was sent without an answer being saved, perhaps charged.
    `is_waiting`: an answer to what this process sent is expected.
    """

    def __init__(self, path: Path, request: Request) -> None:
        self.path = path
        self.request = request
        self.parts: list[ReadPassage] = []
        self.is_whole = False
        self.is_waiting = False
        self.unanswered_seconds = 0.0
        self._lock: int | None = None
        self._bytes = 0

    @classmethod
    def open(cls, run: Path, stem: str, request: Request) -> SecondReading:
        """Return the newest reading of the same request, complete or not, else a new one.

        A new one has no file yet. Raises UsageError beyond `MAX_READINGS`.
        """
        for path in _paths(run, stem):
            if not path.exists():
                return cls(path, request)
            reading = cls(path, request)
            if reading._load():
                return reading
        raise UsageError("many readings", f"{MAX_READINGS} second readings are there already.")

    @property
    def done_until(self) -> float:
        """Source seconds up to which it is read."""
        return self.parts[-1].end_seconds if self.parts else self.request.from_seconds

    def send(self, start_seconds: float, end_seconds: float) -> None:
        """Record that the sound of the next part is about to be sent. Raises UsageError.

        Nothing must be sent if this fails: the answer could not be saved, either.
        """
        self._take_alone()
        free = shutil.disk_usage(self.path.parent).free
        if free < ROOM_BYTES:
            raise UsageError(
                "no room",
                f"The disk of {harmless_line(str(self.path.parent))} has only "
                f"{size_text(free)} left: nothing was sent.",
                "Make room for the answer.",
            )
        times = {"start_seconds": start_seconds, "end_seconds": end_seconds}
        self._append({"type": "sent", **times})
        self.is_waiting = True

    def refused(self) -> None:
        """Record that the service refused what was sent, so that it costs nothing.

        Raises UsageError.
        """
        self.is_waiting = False
        self._append({"type": "refused"})

    def add(self, start_seconds: float, end_seconds: float, reading: BatchTranscript) -> None:
        """Save what was read of the next part; its words begin at 0. Raises UsageError."""
        words = tuple(_moved(word, start_seconds) for word in reading.words)
        part = ReadPassage(start_seconds, end_seconds, reading.text, words)
        self._append({"type": "part", **_plain(part)})
        self.parts.append(part)
        self.is_waiting = False

    def close(self) -> None:
        """Release the file, so that other programs can continue it."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def finish(self) -> None:
        """Record that everything is read. Raises UsageError."""
        self._append({"type": "end"})
        self.is_whole = True

    def _take_alone(self) -> None:
        """Lock the file, so that other programs do not send the same.

        Raises UsageError if another one works on it.
        """
        if self._lock is not None:
            return
        try:
            self._lock = os.open(self.path, _FLAGS, 0o600)
            lock_alone(self._lock)
        except BlockingIOError:
            self.close()
            raise self._of_another_program() from None
        except OSError as error:  # no locks here; a file that cannot be created is reported
            if self._lock is None:
                raise self._unwritten(error) from None
        with self.path.open("rb") as file:
            content = file.read()
        if len(content) - len(content.rpartition(b"\n")[2]) != self._bytes:
            self.close()
            raise self._of_another_program()
        os.ftruncate(self._lock, self._bytes)  # a line that a crash tore

    def _of_another_program(self) -> UsageError:
        return UsageError(
            "being read",
            "Another program is at the same second reading: nothing was sent.",
            "Let it end; then the same command shows what it read.",
        )

    def _unwritten(self, error: OSError) -> UsageError:
        where = harmless_line(str(self.path))
        return UsageError("reading", f"{where} cannot be written: {error.strerror}.")

    def _append(self, line: dict[str, Any]) -> None:
        try:
            descriptor = os.open(self.path, _FLAGS, 0o600)
            with open(descriptor, "ab", buffering=0) as file:  # noqa: PTH123 - of our own making
                begin = os.fstat(descriptor).st_size
                content = _line(line) if begin else _line(self.request.head()) + _line(line)
                if file.write(content) < len(content):
                    os.ftruncate(descriptor, begin)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                os.fsync(descriptor)
            note(self.path)
        except OSError as error:
            raise self._unwritten(error) from None

    def _load(self) -> bool:
        """Load the file; return False if it is of another request, or damaged."""
        try:
            with self.path.open("rb") as file:
                lines = list(iter(lambda: file.readline(MAX_LINE_BYTES), b""))
        except OSError:
            return False
        records = [_parsed(line) for line in lines if line.endswith(b"\n")]
        if not records or records[0] != self.request.head():
            return False
        sent = 0.0
        for record in records[1:]:
            if record is None:
                return False
            if record.get("type") == "end":
                self.is_whole = True
            elif record.get("type") == "sent":
                self.unanswered_seconds += _length(record)
                sent = _length(record)
            elif record.get("type") == "refused":
                self.unanswered_seconds -= sent
            elif (part := _part(record)) is not None:
                self.parts.append(part)
                self.unanswered_seconds -= sent
        self._bytes = sum(len(line) for line in lines if line.endswith(b"\n"))
        return True


def _paths(run: Path, stem: str) -> Iterator[Path]:
    for number in range(1, MAX_READINGS):
        yield run / f"{stem}.reread.{number:04d}.ndjson"


def _line(record: dict[str, Any]) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _plain(part: ReadPassage) -> dict[str, Any]:
    plain = asdict(part)
    plain["words"] = [
        {name: value for name, value in asdict(word).items() if value is not None}
        for word in part.words
    ]
    return plain


def _part(record: dict[str, Any]) -> ReadPassage | None:
    try:
        words = tuple(
            Word(
                harmless(str(item["text"])),
                _number(item["start_seconds"]),
                _number(item["end_seconds"]),
                harmless_line(str(item.get("kind", "word"))),
                None,
                harmless_line(str(item["speaker"])) if "speaker" in item else None,
            )
            for item in record["words"]
        )
        begin, end = _number(record["start_seconds"]), _number(record["end_seconds"])
        return ReadPassage(begin, end, harmless(str(record["text"])), words)
    except (KeyError, TypeError, ValueError):
        return None


def _length(record: dict[str, Any]) -> float:
    """Return the seconds of sound in a record of what was sent."""
    try:
        return max(0.0, _number(record["end_seconds"]) - _number(record["start_seconds"]))
    except (KeyError, TypeError, ValueError):
        return 0.0


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("not finite")
    return number


def _moved(word: Word, seconds: float) -> Word:
    return Word(
        word.text,
        round(word.start_seconds + seconds, 3),
        round(word.end_seconds + seconds, 3),
        word.kind,
        word.logprob,
        word.speaker,
    )
