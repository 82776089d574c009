"""How much sound kept files really hold: less than the journal names where a source was down."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from scribe_tui.archive.kept_file import NAME
from scribe_tui.archive.kept_spans import KeptSpan, file_of
from scribe_tui.audio.splitting.frames import FrameSplitter
from scribe_tui.audio.splitting.matroska import MatroskaSplitter
from scribe_tui.audio.splitting.ogg import OggSplitter
from scribe_tui.audio.splitting.splitter import Splitter

SLACK_SECONDS = 2.0
"""The last piece of a file, whose length is not counted, is shorter than this."""
_BLOCK_BYTES = 2048
"""Under a second of sound for all but the leanest stations: frames are told by the block."""


def as_kept(run: Path, spans: Iterable[KeptSpan]) -> list[KeptSpan]:
    """The spans whose files are there, each ended where its file ends.

    A few seconds late rather than early: what is not there cannot be read, what is left out would
    be lost. Reads the files of the run through once, half a second for an hour. Local files and
    what cannot be measured are taken as the journal names them.
    """
    there = [span for span in spans if file_of(run, span).is_file()]
    kept = []
    for span, following in pairwise([*there, None]):
        assert span is not None
        if following is None or following.file != span.file:
            length = _seconds_in(file_of(run, span)) + SLACK_SECONDS
            ends = span.start_seconds + length - span.offset_seconds
            span = replace(span, end_seconds=min(span.end_seconds, ends))  # noqa: PLW2901
        if span.end_seconds > span.start_seconds:
            kept.append(span)
    return kept


def _seconds_in(path: Path) -> float:
    """The sound in a kept file but for its last piece; infinite where that is unknown."""
    if NAME.fullmatch(path.name) is None:
        return math.inf
    splitter: Splitter = FrameSplitter()
    if path.suffix in (".ogg", ".opus", ".oga", ".spx"):
        splitter = OggSplitter()
    elif path.suffix == ".mka":
        splitter = MatroskaSplitter()
    seconds = 0.0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                for piece in splitter.feed(block):
                    seconds = max(seconds, piece.starts_at or 0.0)
    except OSError:
        return math.inf
    return math.inf if splitter.is_lost else seconds
