"""Messages of the PulseAudio native protocol, version 13, as far as watching a stream needs them.

Sans-IO. PipeWire speaks it, too. A message is a header of five numbers and tagged values: numbers
`L`, texts `t`, none `N`, bytes `x`, lists of properties `P`, and some others, which are skipped.
Malformed messages raise ValueError and nothing else.
"""

from __future__ import annotations

import socket
import struct
from dataclasses import dataclass

VERSION = 13
COOKIE_BYTES = 256
HEAD_BYTES = 20
MAX_BYTES = 4 * 1024 * 1024
REPLY, AUTH, SET_CLIENT_NAME = 2, 8, 9
SOURCE_INFO, OUTPUT_LIST, SUBSCRIBE, EVENT = 23, 32, 35, 66
SOURCES_AND_OUTPUTS = 2 | 8
ANY = 0xFFFFFFFF
_CONTROL = 0xFFFFFFFF
_MAX_ITEMS = 100_000
_FIXED = {"a": 6, "U": 8, "R": 8, "r": 8, "T": 8, "B": 1, "V": 4, "1": 0, "0": 0}
"""Length in bytes of the values that are skipped, by their tags."""


@dataclass(frozen=True, slots=True)
class Output:
    """A recording stream: its number, the number of its source, the id of its process."""

    number: int
    source: int
    process: int | None


def message(command: int, tag: int, *values: int | str | bytes | dict[str, str] | None) -> bytes:
    """A whole message."""
    body = b"".join(map(_value, (command, tag, *values)))
    return struct.pack(">5I", len(body), _CONTROL, 0, 0, 0) + body


def length_in(head: bytes) -> int:
    """Length in bytes of the message behind its header. Raises ValueError beyond `MAX_BYTES`."""
    length = int.from_bytes(head[:4], "big")
    if length > MAX_BYTES:
        raise ValueError("too long")
    return length


def _value(value: int | str | bytes | dict[str, str] | None) -> bytes:
    if value is None:
        return b"N"
    if isinstance(value, int):
        return b"L" + struct.pack(">I", value)
    if isinstance(value, str):
        return b"t" + value.encode() + b"\0"
    if isinstance(value, bytes):
        return b"x" + struct.pack(">I", len(value)) + value
    pairs = (
        _value(name) + _value(len(text) + 1) + _value(text.encode() + b"\0")
        for name, text in value.items()
    )
    return b"P" + b"".join(pairs) + b"N"


class TaggedValues:
    """The tagged values of a message's body, one after the other. Raises ValueError."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    @property
    def is_over(self) -> bool:
        """Whether all values were read."""
        return self._at >= len(self._body)

    def number(self) -> int:
        """A number."""
        if self._take(1) != b"L":
            raise ValueError("no number")
        return int.from_bytes(self._take(4), "big")

    def text(self) -> str | None:
        """A text, None where there is none."""
        tag = self._take(1)
        if tag == b"N":
            return None
        if tag != b"t":
            raise ValueError("no text")
        end = self._body.index(b"\0", self._at)
        text = self._body[self._at : end].decode("utf-8", "replace")
        self._at = end + 1
        return text

    def properties(self) -> dict[str, str]:
        """A list of properties."""
        if self._take(1) != b"P":
            raise ValueError("no properties")
        found: dict[str, str] = {}
        while (name := self.text()) is not None:
            self.number()
            if self._take(1) != b"x" or len(found) > _MAX_ITEMS:
                raise ValueError("no property")
            value = self._take(int.from_bytes(self._take(4), "big"))
            found[name] = value.rstrip(b"\0").decode("utf-8", "replace")
        return found

    def skip(self) -> None:
        """Skip a value of any kind."""
        tag = self._body[self._at : self._at + 1].decode("latin-1")
        if tag in ("t", "N"):
            self.text()
        elif tag == "L":
            self.number()
        elif tag == "P":
            self.properties()
        elif tag in _FIXED:
            self._take(1 + _FIXED[tag])
        elif tag in ("m", "v"):
            self._take(1)
            self._take(self._take(1)[0] * (1 if tag == "m" else 4))
        else:
            raise ValueError("unknown value")

    def _take(self, size: int) -> bytes:
        taken = self._body[self._at : self._at + size]
        if len(taken) < size:
            raise ValueError("cut short")
        self._at += size
        return taken


def outputs_in(values: TaggedValues) -> list[Output]:
    """All streams that record, in the answer to OUTPUT_LIST. Raises ValueError."""
    found: list[Output] = []
    here = socket.gethostname()
    while not values.is_over and len(found) < _MAX_ITEMS:
        number = values.number()
        for _ in range(3):  # its name, module and client
            values.skip()
        source = values.number()
        for _ in range(6):  # its format, its channels, two delays, how it is made, by what
            values.skip()
        properties = values.properties()
        process = properties.get("application.process.id", "")
        if properties.get("application.process.host", here) != here:
            process = ""  # of another machine, whose numbers are others
        known = process.isascii() and process.isdigit() and len(process) < 12
        found.append(Output(number, source, int(process) if known else None))
    return found
