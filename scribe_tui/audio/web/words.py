"""What a server says in the place of sound: a few words, which may pass."""

from __future__ import annotations

from scribe_tui.audio.web.answer import Answer

MAX_BYTES = 2000
"""A text that is no longer and no list is what the server has to say."""


def may_be_words(start: bytes, answer: Answer) -> bool:
    """Whether an answer that begins so may be; sound never begins with ASCII for so long."""
    is_short = answer.length is not None and answer.length < MAX_BYTES
    return _is_plain(start) and (is_short or answer.content_type.startswith("text/"))


def are_all(body: bytes, text: str) -> bool:
    """Whether they are the whole body; `text` is the same, decoded."""
    if len(body) >= MAX_BYTES or "\0" in text:
        return False
    return text.startswith(("{", "<")) or _is_plain(body)


def _is_plain(data: bytes) -> bool:
    return len(data) > 3 and all(32 <= byte < 127 or byte in b"\t\r\n" for byte in data)
