"""Titles from outside: bytes in some encoding become one harmless line."""

from __future__ import annotations

import codecs
import html

from scribe_tui.sanitize import harmless_line, mask_url

_UTF8_LETTER_BYTES = 4


def tidy_title(raw: bytes, charset: str | None = None) -> str:
    """A title fit for display, without HTML escapes and with secrets in addresses masked."""
    return mask_url(harmless_line(html.unescape(decode_title(raw, charset))))


def decode_title(raw: bytes, charset: str | None = None) -> str:
    """Text in `charset`; None: UTF-8 whose last letter may be cut, else Windows-1252.

    UTF-16 is recognised by its byte order mark.
    """
    if charset is not None:
        return raw.decode(charset, errors="replace")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = error.reason == "unexpected end of data"
        if cut and error.start > 0 and len(raw) - error.start < _UTF8_LETTER_BYTES:
            return raw[: error.start].decode("utf-8")
        return raw.decode("cp1252", errors="replace")
