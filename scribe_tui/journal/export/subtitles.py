"""SRT and WebVTT, block by block: each block is whole by itself, so is every file of them."""

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
        """A remark about a gap; empty where the format has none."""


class Srt:
    """SubRip. Text stands as it is: the format has no escapes."""

    suffix = ".srt"
    head = b""

    def block(self, number: int, cue: Cue) -> bytes:
        """A cue; a line that would pass for times of another cue is defused."""
        import srt

        text = "\n".join(_TIMING.sub("\\1→", line) for line in cue.lines)
        start, end = timedelta(seconds=cue.start), timedelta(seconds=cue.end)
        block: str = srt.Subtitle(number, start, end, text).to_srt()
        return block.encode("utf-8", "replace")

    def note(self, gap: Gap, span: tuple[float, float]) -> bytes:
        """SubRip has no remarks."""
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
        """What was not heard, when on both clocks, and why."""
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
