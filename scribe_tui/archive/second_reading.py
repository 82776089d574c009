"""A second reading of kept sound: its file beside the journal, written part by part.

`RUN/news.reread.0001.ndjson`: a head that says what was asked, a line for each part that was
read, and a last line once all are. A reading that stopped goes on in the same file; one that
is whole is never written to again.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scribe_tui.errors import UsageError
from scribe_tui.events import Word
from scribe_tui.journal.run_files import note
from scribe_tui.sanitize import harmless, harmless_line
from scribe_tui.scribe.batch import MODEL, BatchSettings, Reading

VERSION = 1
MAX_LINE_BYTES = 64 * 1024 * 1024
MAX_READINGS = 10_000


@dataclass(frozen=True, slots=True)
class Request:
    """What is read again: from where to where in source seconds, and how.

    Source seconds count anew each time a session is started: `run` is which time, from 1.
    """

    session: str
    from_seconds: float
    to_seconds: float
    settings: BatchSettings
    run: int = 1

    def head(self) -> dict[str, Any]:
        """The first line of its file."""
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
class Part:
    """What was heard from `start_seconds` to `end_seconds` of the source; words in its time."""

    start_seconds: float
    end_seconds: float
    text: str
    words: tuple[Word, ...]


class SecondReading:
    """One file. `parts` are those that are read, `is_whole` whether all are."""

    def __init__(self, path: Path, request: Request) -> None:
        self.path = path
        self.request = request
        self.parts: list[Part] = []
        self.is_whole = False

    @classmethod
    def open(cls, run: Path, stem: str, request: Request) -> SecondReading:
        """The newest reading of the same request, whole or not; else a new one, not yet there."""
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

    def add(self, start_seconds: float, end_seconds: float, reading: Reading) -> None:
        """Write what was read of the next part; its words begin at 0. Raises UsageError."""
        words = tuple(_moved(word, start_seconds) for word in reading.words)
        part = Part(start_seconds, end_seconds, reading.text, words)
        self._append({"type": "part", **_plain(part)})
        self.parts.append(part)

    def finish(self) -> None:
        """All is read. Raises UsageError."""
        self._append({"type": "end"})
        self.is_whole = True

    def _append(self, line: dict[str, Any]) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            descriptor = os.open(self.path, flags, 0o600)
            with open(descriptor, "ab") as file:  # noqa: PTH123 - a descriptor of our own making
                if not os.fstat(descriptor).st_size:
                    file.write(_line(self.request.head()))
                file.write(_line(line))
                file.flush()
                os.fsync(descriptor)
            note(self.path)
        except OSError as error:
            raise UsageError(
                "reading",
                f"{harmless_line(str(self.path))} cannot be written: {error.strerror}.",
            ) from None

    def _load(self) -> bool:
        """Take what the file has; False if it is of another request, or damaged."""
        try:
            with self.path.open("rb") as file:
                lines = list(iter(lambda: file.readline(MAX_LINE_BYTES), b""))
        except OSError:
            return False
        records = [_parsed(line) for line in lines if line.endswith(b"\n")]
        if not records or records[0] != self.request.head():
            return False
        for record in records[1:]:
            if record is None:
                return False
            if record.get("type") == "end":
                self.is_whole = True
            elif (part := _part(record)) is not None:
                self.parts.append(part)
        if lines and not lines[-1].endswith(b"\n"):
            self._cut(sum(len(line) for line in lines[:-1]))
        return True

    def _cut(self, size: int) -> None:
        """A line that a crash tore is taken away."""
        with self.path.open("r+b") as file:
            file.truncate(size)


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


def _plain(part: Part) -> dict[str, Any]:
    plain = asdict(part)
    plain["words"] = [
        {name: value for name, value in asdict(word).items() if value is not None}
        for word in part.words
    ]
    return plain


def _part(record: dict[str, Any]) -> Part | None:
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
        return Part(begin, end, harmless(str(record["text"])), words)
    except (KeyError, TypeError, ValueError):
        return None


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
