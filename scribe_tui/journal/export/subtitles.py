"""Subtitle formats SRT and WebVTT, cue by cue: any sequence of cues is a valid file."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Protocol

from scribe_tui.events import Gap
from scribe_tui.journal.export.cues import Cue
from scribe_tui.journal.readable import clock

_TIMING = re.compile(r"(\d\d:\d\d[,.:]\d{1,3}\s*)-->")


class Subtitles(Protocol):
    """One format. `head` begins a file; blocks follow, each with its blank line."""

    suffix: str
    head: bytes

    def block(self, number: int, cue: Cue) -> bytes:
        """Cue number `number` of the file, counting from 1."""

    def note(self, gap: Gap, span: tuple[float, float]) -> bytes:
        """A comment about a gap; empty if the format has no comments."""


class Srt:
    """SubRip. Text is not escaped: the format has no escapes."""

    suffix = ".srt"
    head = b""

    def block(self, number: int, cue: Cue) -> bytes:
        """A cue; a line that looks like the times of a cue is altered."""
        import srt

        text = "\n".join(_TIMING.sub("\\1→", line) for line in cue.lines)
        start, end = timedelta(seconds=cue.start), timedelta(seconds=cue.end)
        block: str = srt.Subtitle(number, start, end, text).to_srt()
        return block.encode("utf-8", "replace")

    def note(self, gap: Gap, span: tuple[float, float]) -> bytes:
        """Empty: SubRip has no comments."""
        return b""


class Vtt:
    """WebVTT. Markup in a text is escaped; gaps are NOTEs."""

    suffix = ".vtt"
    head = b"WEBVTT\n\n"

    def block(self, number: int, cue: Cue) -> bytes:
        """A cue whose identifier is its number."""
        import webvtt

        caption = webvtt.Caption(
            _timestamp(cue.start), _timestamp(cue.end), [_escaped(line) for line in cue.lines]
        )
        caption.identifier = str(number)
        file = webvtt.WebVTT()
        file.captions.append(caption)
        content: str = file.content
        block = content.removeprefix("WEBVTT").strip("\n")
        return f"{block}\n\n".encode("utf-8", "replace")

    def note(self, gap: Gap, span: tuple[float, float]) -> bytes:
        """A NOTE with the gap's times, in source time and on the wall clock, and its cause."""
        length = gap.end_seconds - gap.start_seconds
        day = f"{datetime.fromtimestamp(gap.started_at):%Y-%m-%d}"
        shown = (
            f"NOTE not heard {_timestamp(span[0])} to {_timestamp(span[1])} ({length:.1f} s), "
            f"{day} {clock(gap.started_at)} to {clock(gap.ended_at)}: {gap.cause}"
        )
        return f"{shown.replace('-->', '→')}\n\n".encode("utf-8", "replace")


FORMATS: dict[str, Subtitles] = {"srt": Srt(), "vtt": Vtt()}


def _timestamp(seconds: float) -> str:
    milliseconds = round(max(seconds, 0.0) * 1000)
    whole, milliseconds = divmod(milliseconds, 1000)
    minutes, whole = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{whole:02}.{milliseconds:03}"


def _escaped(line: str) -> str:
    return line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
