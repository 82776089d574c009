"""What the decoder's stderr says: titles, the codec, a file's length, and what went wrong.

Sans-IO: bytes in, facts out. ffmpeg writes with `-loglevel level+verbose`, so each line is
`[context @ 0x...] [level] text` with zero or more contexts. Titles are raw bytes from the
station: UTF-8, or else Windows-1252, sometimes HTML-escaped by the server.
"""

from __future__ import annotations

import html
import re
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from scribe_tui.sanitize import harmless_line, mask_url

MAX_LINE_BYTES = 8192
KEPT_LINES = 24
"""Distinct error lines kept; a broken stream writes thousands that are all alike."""

_LINE = re.compile(r"(?:\[[^\]]* @ [^\]]*\] )*(?:\[(?P<level>[a-z]+)\] )?(?P<text>.*)", re.DOTALL)
_TITLE_UPDATE = "Metadata update for StreamTitle: "
_TAG = re.compile(r" {4,}(?P<key>[A-Za-z][\w-]*) *: (?P<value>.*)", re.DOTALL)
_CODEC = re.compile(r" *Stream #0:\d+.*?: Audio: (?P<codec>\w+)")
_DURATION = re.compile(r" *Duration: (?P<h>\d+):(?P<m>\d+):(?P<s>\d+\.\d+)")
_GUESS = "Estimating duration from bitrate"
_FAILED_ATTEMPT = "Connection attempt to"


@dataclass(frozen=True, slots=True)
class DecoderFacts:
    """What the decoder knows of its source; texts are harmless.

    `duration_is_guess`: worked out from the bit rate, for want of a header that tells.
    """

    stream_title: str = ""
    artist: str = ""
    song: str = ""
    station: str = ""
    codec: str | None = None
    duration_seconds: float | None = None
    duration_is_guess: bool = False

    @property
    def title(self) -> str | None:
        """What is playing: the station's live title, else the tags, else the station."""
        tags = f"{self.artist} - {self.song}" if self.artist and self.song else self.song
        return self.stream_title or tags or self.station or None


_TAG_FIELDS = {
    "StreamTitle": "stream_title",
    "artist": "artist",
    "title": "song",
    "icy-name": "station",
}


class DecoderLog:
    """Feed it stderr; read `facts` (replaced when something changes) and `errors`."""

    def __init__(self) -> None:
        self.facts = DecoderFacts()
        self._errors: deque[str] = deque(maxlen=KEPT_LINES)
        self._rest = b""
        self._in_input_dump = False

    @property
    def errors(self) -> tuple[str, ...]:
        """Warnings and errors, oldest first, without repeats; masked and harmless."""
        return tuple(self._errors)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of stderr, wherever they were cut."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-MAX_LINE_BYTES:]
        for line in lines:
            self._take(_decode(line[:MAX_LINE_BYTES]))

    def _take(self, line: str) -> None:
        match = _LINE.fullmatch(line)
        level, text = (match["level"], match["text"]) if match else (None, line)
        if level in ("error", "fatal", "warning", "panic") or _FAILED_ATTEMPT in text:
            self._keep(text)
        elif text.startswith(_TITLE_UPDATE):
            self.facts = replace(self.facts, stream_title=_tidy(text[len(_TITLE_UPDATE) :]))
        elif text.startswith("Input #0"):
            self._in_input_dump = True
        elif text.startswith(("Stream mapping", "Output #")):
            self._in_input_dump = False
        elif self._in_input_dump:
            self._take_dump(text)

    def _keep(self, text: str) -> None:
        if text.startswith(_GUESS):
            self.facts = replace(self.facts, duration_is_guess=True)
        text = harmless_line(mask_url(text))
        if text and text not in self._errors:
            self._errors.append(text)

    def _take_dump(self, text: str) -> None:
        if tag := _TAG.fullmatch(text):
            field = _TAG_FIELDS.get(tag["key"]) or _TAG_FIELDS.get(tag["key"].lower())
            if field and not getattr(self.facts, field):
                text_change: dict[str, Any] = {field: _tidy(tag["value"])}
                self.facts = replace(self.facts, **text_change)
        elif (codec := _CODEC.match(text)) and not self.facts.codec:
            self.facts = replace(self.facts, codec=codec["codec"])
        elif length := _DURATION.match(text):
            seconds = int(length["h"]) * 3600 + int(length["m"]) * 60 + float(length["s"])
            self.facts = replace(self.facts, duration_seconds=seconds)


def _decode(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", errors="replace")


def _tidy(value: str) -> str:
    return harmless_line(html.unescape(value))
