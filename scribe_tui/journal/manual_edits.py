"""Whether a person edited a `NAME.txt` by hand: such a file is not deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from scribe_tui.journal.ownership import LINE_START
from scribe_tui.sanitize import harmless

_SEGMENT = LINE_START + b'segment"'
_REMARK = re.compile(rb"\[[^\n]*\]")
_SPOKEN = re.compile(rb"\d\d:\d\d:\d\d (?P<text>[^\n]*)")


def is_as_written(text: Path, journal: Path) -> bool:
    """Whether `NAME.txt` holds the texts of the segments in `NAME.jsonl`, in order.

    It may end earlier and its last line may be torn: then a crash did that. Remarks in
    brackets are not compared. Reads both files line by line; raises OSError.
    """
    with journal.open("rb") as records, text.open("rb") as lines:
        texts = _texts(records)
        return all(_is_ours(line, texts) for line in lines)


def _texts(records: BinaryIO) -> Iterator[bytes]:
    """Yield the texts of the segments as they are written to a file for people."""
    for line in records:
        if line.startswith(_SEGMENT):
            try:
                yield harmless(str(json.loads(line)["text"])).encode("utf-8", "replace")
            except (ValueError, KeyError, TypeError, RecursionError):
                return


def _is_ours(line: bytes, texts: Iterator[bytes]) -> bool:
    whole = line.endswith(b"\n")
    line = line.removesuffix(b"\n")
    if _REMARK.fullmatch(line) or (not whole and line.startswith(b"[")):
        return True
    spoken = _SPOKEN.fullmatch(line)
    if spoken is None:
        return not whole and len(line) < len(b"00:00:00 ")
    said = next(texts, None)
    if said is None:
        return False
    return spoken["text"] == said or (not whole and said.startswith(spoken["text"]))
