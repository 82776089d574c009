"""Recognises a short text that a server sends instead of sound; later it may send sound again."""

from __future__ import annotations

from scribe_tui.audio.web.answer import Answer

MAX_BYTES = 2000
"""Most bytes of such a text."""


def may_be_words(start: bytes, answer: Answer) -> bool:
    """Whether the response may be such a text: sound never begins with this much ASCII."""
    is_short = answer.length is not None and answer.length < MAX_BYTES
    return _is_plain(start) and (is_short or answer.content_type.startswith("text/"))


def are_all(body: bytes, text: str) -> bool:
    """Whether `body` is such a text and complete; `text` is `body`, decoded."""
    if len(body) >= MAX_BYTES or "\0" in text:
        return False
    return text.startswith(("{", "<")) or _is_plain(body)


def _is_plain(data: bytes) -> bool:
    return len(data) > 3 and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in data)
