"""Makes text from outside harmless: for the terminal, for files, for error sentences.

All text from the network or from a file's tags counts as hostile; it must be passed through
`harmless` or `harmless_line` where it enters the program.
"""

from __future__ import annotations

import re
import unicodedata

from scribe_tui.masking import (
    SHORTEST_SECRET,
    host_of,
    mask_address,
    mask_url,
    secrets_in,
    without,
)
from scribe_tui.secret_paths import HIDDEN

__all__ = [
    "HIDDEN",
    "MAX_LINE_CHARS",
    "SHORTEST_SECRET",
    "harmless",
    "harmless_line",
    "host_of",
    "mask_address",
    "mask_url",
    "secrets_in",
    "without",
]

MAX_LINE_CHARS = 500
"""Longest title, name or error text; the rest is replaced by an ellipsis."""

_MOST_READ_CHARS = 20 * MAX_LINE_CHARS
"""Most characters of a text that are read for a line: a server may send megabytes."""

_LINE_BREAKS = re.compile(r"[\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: cursor, colour, erase
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC, DCS, SOS, PM, APC with their payload
    r"|\x1b."  # any other two-character escape
)
_ZERO_WIDTH_JOINERS = "\u200c\u200d"  # needed by Persian, Indic scripts and emoji


def harmless(text: str) -> str:
    """Return `text` as one line that cannot control a terminal or break UTF-8.

    Escape sequences are removed; a run of line breaks and tabs becomes one space. Other control
    characters, bidi overrides and isolates, lone surrogates, private-use and unassigned code
    points are dropped. Ordinary text is returned unchanged.
    """
    if text.isprintable():  # no control characters, and no separators except the space
        return text
    text = _LINE_BREAKS.sub(" ", _ESCAPES.sub("", text))
    # Each different character is examined once: a text may have millions of characters.
    return text.translate({ord(char): None for char in set(text) if not _is_plain(char)})


def harmless_line(text: str) -> str:
    """`harmless`, stripped and cut to `MAX_LINE_CHARS`: for titles and error texts."""
    line = harmless(text[:_MOST_READ_CHARS]).strip()
    return line if len(line) <= MAX_LINE_CHARS else line[: MAX_LINE_CHARS - 1] + "…"


def _is_plain(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cf":
        return char in _ZERO_WIDTH_JOINERS
    return category[0] != "C"
