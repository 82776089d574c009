"""HTML: one self-contained page for a run, which loads nothing and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scribe_tui.events import (
    Event,
    GapRecorded,
    HitStatus,
    SegmentCommitted,
    SessionOpened,
    WatchHit,
)
from scribe_tui.journal.export.documents import ExportedSession

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_HERE = Path(__file__).parent


def to_html(run: str, sessions: Iterable[ExportedSession]) -> Iterator[bytes]:
    """The page in pieces; sessions are read one after the other.

    The page's content security policy allows its own script and style by their digests, so that no
    text in the data can become either.
    """
    style = (_HERE / "page.css").read_text(encoding="utf-8")
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    yield _head(run, style, script).encode("utf-8", "replace")
    yield b'<script type="application/json" id="data">'
    yield from _data(run, sessions)
    yield f"</script>\n<script>{script}</script>\n</body>\n</html>\n".encode()


def _head(run: str, style: str, script: str) -> str:
    policy = (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "media-src 'self' file:; base-uri 'none'; form-action 'none'"
    )
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>{html.escape(run)}</title>
<style>{style}</style>
</head>
<body>
<header><h1 id="title">{html.escape(run)}</h1>
<input id="search" type="search" placeholder="Search all sources" aria-label="Search all sources">
<span id="count" role="status"></span>
<span id="legend"><i class="speech"></i>speech<i class="silence"></i>silence
<i class="gap-colour"></i>not heard<i class="hit-colour"></i>hit</span></header>
<p id="note" role="status" hidden></p>
<ol id="results" hidden></ol>
<div id="picture"><div id="axis"></div></div>
<main><div id="names" class="names"></div><div id="day"></div></main>
<audio id="player" controls hidden></audio>
"""


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _data(run: str, sessions: Iterable[ExportedSession]) -> Iterator[bytes]:
    """The data as JSON arrays; times are seconds after the instant `base`."""
    sounds: dict[str, int] = {}
    base: int | None = None
    between = b""
    yield b'{"run": ' + _json(run) + b', "sources": ['
    for session in sessions:
        page = _Source(session, sounds, base)
        yield between + b"\n"
        yield from page.pieces()
        base = page.base
        between = b","
    yield b'], "sounds": ' + _json(list(sounds)) + b', "base": ' + _json(base or 0) + b"}"


class _Source:
    """One column of the page."""

    def __init__(self, session: ExportedSession, sounds: dict[str, int], base: int | None) -> None:
        self._session = session
        self._sounds = sounds
        self.base = base
        self._gaps: list[tuple[float, float, str]] = []
        self._hits: dict[int, WatchHit] = {}
        self._begins: dict[int, float] = {}
        self._address = ""
        self._run = 0

    def pieces(self) -> Iterator[bytes]:
        yield b'{"name": ' + _json(self._session.journal.name) + b', "lines": ['
        between = b""
        for event in self._session.events:
            line = self._line(event)
            if line is not None:
                yield between + _json(line)
                between = b","
        yield b'], "gaps": ' + _json(self._gaps) + b', "hits": ' + _json(self._found())
        yield b', "source": ' + _json(self._address) + b"}"

    def _line(self, event: Event) -> list[Any] | None:
        """An event as a line of the page, None for events that go into lists of their own."""
        match event:
            case SessionOpened(source=source):
                self._address = source
                self._run += 1
            case GapRecorded(gap=gap):
                length = round(gap.end_seconds - gap.start_seconds, 1)
                self._gaps.append((self._time(gap.started_at), length, gap.cause))
            case WatchHit(status=HitStatus.CONFIRMED):
                self._hits[event.hit] = event
            case WatchHit(status=HitStatus.WITHDRAWN):
                self._hits.pop(event.hit, None)
            case SegmentCommitted(segment=segment) if segment.text:
                begin = self._time(segment.started_at)
                self._begins[segment.number] = begin
                length = round(max(0.0, segment.end_seconds - segment.start_seconds), 1)
                return [begin, length, segment.text, *self._sound(segment.start_seconds)]
        return None

    def _found(self) -> list[tuple[float, str, float]]:
        return [
            (begin, hit.word, begin)
            for hit in self._hits.values()
            if (begin := self._begins.get(hit.segment_number)) is not None
        ]

    def _sound(self, start_seconds: float) -> tuple[int, float]:
        """(index of the file with the line's sound, seconds in it); index -1: none was kept."""
        if self._session.sound is None:
            return -1, 0.0
        place = self._session.sound(self._run, start_seconds)
        if place is None:
            return -1, 0.0
        address, seconds = place
        return self._sounds.setdefault(address, len(self._sounds)), round(seconds, 2)

    def _time(self, instant: float) -> float:
        if self.base is None:
            self.base = int(instant)
        return round(instant - self.base, 1)


def _json(value: Any) -> bytes:
    """JSON that cannot close the HTML element that contains it."""
    return _ENCODER.encode(value).replace("<", "\\u003c").encode("utf-8", "replace")
