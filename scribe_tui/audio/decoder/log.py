"""What the decoder's stderr says: tags, tracks, a file's length, and what went wrong.

Sans-IO: bytes in, facts out. ffmpeg writes with `-loglevel level+verbose`, so each line is
`[context @ 0x...] [level] text` with zero or more contexts. Tags are raw bytes: UTF-8, or
else Windows-1252, sometimes HTML-escaped.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, replace
from typing import Any

from scribe_tui.audio.titles import decode_title, tidy_title
from scribe_tui.sanitize import harmless_line, mask_url

MAX_LINE_BYTES = 8192
KEPT_LINES = 24
"""Distinct error lines kept; a broken stream writes thousands that are all alike."""
MAX_TRACKS = 32

_LINE = re.compile(r"(?:\[[^\]]* @ [^\]]*\] )*(?:\[(?P<level>[a-z]+)\] )?(?P<text>.*)", re.DOTALL)
_TAG = re.compile(r" {4,}(?P<key>[A-Za-z][\w-]*) *: (?P<value>.*)", re.DOTALL)
_INPUT = re.compile(r"Input #0, (?P<format>[\w,]+), from ")
_STREAM = re.compile(
    r" *Stream #0:(?P<number>\d+)(?:\[0x[0-9a-f]+\])?(?:\((?P<language>\w+)\))?: "
    r"(?P<kind>\w+): (?P<codec>\w+)(?P<rest>.*)"
)
_OUTPUT_RATE = re.compile(r"(?P<hz>\d+) Hz, .*?(?P<kbps>\d+) kb/s")
_DURATION = re.compile(r" *Duration: (?P<h>\d+):(?P<m>\d+):(?P<s>\d+\.\d+)")
_GUESS = "Estimating duration from bitrate"
_DAMAGE = (
    "Error while decoding stream",
    "Error submitting packet to decoder",
    "CRC mismatch",
    "corrupt input packet",
    "ff asf bad header",
    "invalid as first byte of an EBML number",
)
"""Beginnings of error lines, each of which means that a packet of the sound was not decoded."""
_HEAD_IN_THE_MIDST = "Error parsing the packet header"
"""Opus: where one recording follows another, the decoder takes the header of the second for sound.
The error line after this one is not damage."""
_BREAK = re.compile(
    r"(?:(?:file|pipe|http):\S.*: |Error during demuxing: )"
    r"(?:Invalid data found.*|Invalid argument|Operation not permitted)"
    r"|Error while processing the decoded data.*|Error reinitializing filters.*",
    re.DOTALL,
)
"""Lines after which the decoder reads nothing more."""
_NEW_TRACK = "New audio stream "
_MOVED = re.compile(r"Correcting start time (?:of Input #0 )?by (?P<us>\d+)")
"""Transport stream: the decoder skipped what lies before its sound."""
_PACKETS = re.compile(r" *Input stream #0:\d+ \(audio\): \d+ packets read \((?P<bytes>\d+) bytes\)")
_LEVELS = frozenset({"error", "fatal", "warning", "panic"})


@dataclass(frozen=True, slots=True)
class Track:
    """One sound track. `stream` is its number in the container, where video tracks count too."""

    stream: int
    codec: str
    language: str = ""
    title: str = ""
    is_default: bool = False

    @property
    def name(self) -> str:
        """The track's name for people: its title, else its language, else its codec."""
        words = [self.title] if self.title else []
        if self.language and self.language != "und":
            words.append(f"({self.language})" if words else self.language)
        return " ".join(words) or self.codec


@dataclass(frozen=True, slots=True)
class DecoderFacts:
    """What the decoder knows of its source; texts are harmless.

    `container` is ffmpeg's name of the format. `duration_is_guess`: worked out from the bit
    rate, where no header gives it.
    """

    artist: str = ""
    song: str = ""
    codec: str | None = None
    container: str = ""
    duration_seconds: float | None = None
    duration_is_guess: bool = False
    tracks: tuple[Track, ...] = ()

    @property
    def declared_duration(self) -> float | None:
        """The duration in seconds if a header gives it, else None."""
        return None if self.duration_is_guess else self.duration_seconds

    def codec_of(self, track: int) -> str | None:
        """The codec of a track, counted from 0."""
        return self.tracks[track].codec if track < len(self.tracks) else self.codec

    @property
    def title(self) -> str | None:
        """`ARTIST - SONG` from the tags, the song alone without an artist, None without a song."""
        tags = f"{self.artist} - {self.song}" if self.artist and self.song else self.song
        return tags or None


_TAG_FIELDS = {"artist": "artist", "title": "song"}


class DecoderLog:
    """Feed it stderr; read `facts` (replaced when something changes) and `errors`.

    `channels`: how many are in the PCM that comes out, None until it is known.
    `is_understood`: whether a line came that only a working ffmpeg writes. `damages` counts
    the lines about sound that could not be decoded, `breaks_off` says that it gave up before
    the end, and `packet_bytes` how much coded sound it had read then, where it says so.
    `moved_seconds`: by how much the decoder moved the sound to an earlier time, a number without
    meaning where it did not know.
    """

    def __init__(self, charset: str | None = None) -> None:
        self.facts = DecoderFacts()
        self.channels: int | None = None
        self.is_understood = False
        self.last_line = ""
        self.damages = 0
        self.breaks_off = False
        self.packet_bytes: int | None = None
        self.moved_seconds = 0.0
        self._charset = charset
        self._errors: deque[str] = deque(maxlen=KEPT_LINES)
        self.new_tracks = 0
        """How often a sound track began in the midst that is not heard."""
        self._rest = b""
        self._section = ""
        self._is_head = False

    @property
    def errors(self) -> tuple[str, ...]:
        """Warnings and errors, oldest first, without repeats; masked and harmless."""
        return tuple(self._errors)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of stderr, wherever they were cut."""
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-MAX_LINE_BYTES:]
        for line in lines:
            self._take(decode_title(line[:MAX_LINE_BYTES], self._charset))

    def _take(self, line: str) -> None:
        match = _LINE.fullmatch(line)
        level, text = (match["level"], match["text"]) if match else (None, line)
        self.is_understood = self.is_understood or level is not None
        self.last_line = harmless_line(mask_url(text)) or self.last_line
        if level in _LEVELS:
            self._keep(text)
        elif found := _INPUT.match(text):
            self._section = "input"
            self.facts = replace(self.facts, container=found["format"])
        elif text.startswith("Output #"):
            self._section = "output"
        elif text.startswith("Stream mapping"):
            self._section = ""
        elif moved := _MOVED.match(text):
            self.moved_seconds = int(moved["us"]) / 1e6
        elif read := _PACKETS.match(text):
            self.packet_bytes = int(read["bytes"])
        elif self._section == "output":
            self._take_output(text)
        elif self._section:
            self._take_dump(text)

    def _keep(self, text: str) -> None:
        if text.startswith(_GUESS):
            self.facts = replace(self.facts, duration_is_guess=True)
        elif any(sign in text for sign in _DAMAGE):
            self.damages += not self._is_head
        elif _BREAK.fullmatch(text):
            self.breaks_off = True
        elif text.startswith(_NEW_TRACK):
            self.new_tracks += 1
        self._is_head = text.startswith(_HEAD_IN_THE_MIDST)
        text = harmless_line(mask_url(text))
        if text and text not in self._errors:
            self._errors.append(text)

    def _take_output(self, text: str) -> None:
        """Note the number of channels of the PCM output, calculated from its bit rate."""
        if (stream := _STREAM.match(text)) and (rate := _OUTPUT_RATE.search(stream["rest"])):
            self.channels = max(1, round(int(rate["kbps"]) * 1000 / (16 * int(rate["hz"]))))

    def _take_dump(self, text: str) -> None:
        if tag := _TAG.fullmatch(text):
            self._take_tag(tag["key"], tag["value"])
        elif stream := _STREAM.match(text):
            self._section = stream["kind"]
            if stream["kind"] == "Audio" and len(self.facts.tracks) < MAX_TRACKS:
                self._add_track(stream)
        elif text.lstrip().startswith(("Chapter", "Program")):
            self._section = "part"
        elif length := _DURATION.match(text):
            seconds = int(length["h"]) * 3600 + int(length["m"]) * 60 + float(length["s"])
            self.facts = replace(self.facts, duration_seconds=seconds)

    def _add_track(self, stream: re.Match[str]) -> None:
        track = Track(
            int(stream["number"]),
            stream["codec"],
            stream["language"] or "",
            is_default="(default)" in stream["rest"],
        )
        facts = self.facts
        self.facts = replace(facts, codec=facts.codec or track.codec, tracks=(*facts.tracks, track))

    def _take_tag(self, key: str, value: str) -> None:
        """Note a tag of the file, or of one of its streams where the file has none, as in Ogg."""
        value = tidy_title(value.encode("utf-8", "replace"))
        field = _TAG_FIELDS.get(key.lower())
        is_whole = self._section == "input" or (
            self._section == "Audio" and self.facts.container == "ogg"
        )
        if is_whole and field and not getattr(self.facts, field):
            change: dict[str, Any] = {field: value}
            self.facts = replace(self.facts, **change)
        elif self._section == "Audio" and key.lower() == "title" and self.facts.tracks:
            *others, last = self.facts.tracks
            tracks = (*others, replace(last, title=last.title or value))
            self.facts = replace(self.facts, tracks=tracks)
