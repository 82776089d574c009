"""How much sound kept files really hold: less than the journal says if a source was down."""

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
"""The last piece of a file, which is not measured, is shorter than this many seconds."""
_BLOCK_BYTES = 2048
"""Bytes read at once: under a second of sound for almost all stations."""


def as_kept(run: Path, spans: Iterable[KeptSpan]) -> list[KeptSpan]:
    """Return the spans whose files exist, each ended where its file ends.

    They end a few seconds late rather than early: a span's missing end cannot be read, but an
    omitted one would be lost. Reads the run's files completely: half a second per hour of sound.
    Local files and files that cannot be measured are taken as the journal states them.
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
    """Return the seconds of sound in a kept file without its last piece; infinite if unknown."""
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
