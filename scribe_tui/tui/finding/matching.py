"""Finding text within text, regardless of case and accents."""

from __future__ import annotations

import unicodedata

Span = tuple[int, int]
"""Index of the first and past-the-last character."""


def folded(text: str) -> str:
    """Return `text` without case and accents, for comparison."""
    if text.isascii():
        return text.lower()
    spread = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in spread if not unicodedata.combining(char))


def holds(text: str, wanted: str) -> bool:
    """Return whether `wanted`, which is folded, occurs in `text`."""
    return bool(wanted) and wanted in folded(text)


def spans(text: str, wanted: str, *, whole_words: bool = False, limit: int = 1000) -> list[Span]:
    """Return where `wanted`, which is folded, occurs in `text`: at most `limit` spans, in order.

    With `whole_words` no letter or digit may be next to it. A letter is found together with its
    accents, whether or not they are separate characters.
    """
    if not wanted:
        return []
    hay, places = _with_places(text)
    found: list[Span] = []
    start = hay.find(wanted)
    while start >= 0 and len(found) < limit:
        end = start + len(wanted)
        if not whole_words or _is_bounded(hay, start, end):
            found.append((places[start], _past(text, places[end - 1] + 1)))
        start = hay.find(wanted, end)
    return found


def _with_places(text: str) -> tuple[str, range | list[int]]:
    """Return `text` folded, and for each folded character the index it came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    chars: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        spread = folded(char)
        chars.append(spread)
        places += [index] * len(spread)
    return "".join(chars), places


def _past(text: str, end: int) -> int:
    while end < len(text) and unicodedata.combining(text[end]):
        end += 1
    return end


def _is_bounded(hay: str, start: int, end: int) -> bool:
    before, after = hay[start - 1 : start], hay[end : end + 1]
    return not (before.isalnum() and hay[start].isalnum()) and not (
        after.isalnum() and hay[end - 1].isalnum()
    )
