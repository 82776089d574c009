"""Finds that more text may undo: an incomplete word, number or phrase at the end of a partial."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.watchwords.folding import Token, is_sign
from scribe_tui.watchwords.phrases import PhraseIndex

_OPENERS = "'’‘"
"""A word goes on behind these: "it'" as it's."""
_JOINERS = ("and", "point")
"""A number may go on behind these: "a hundred and six", "three point one"."""


def is_open(
    index: PhraseIndex, text: str, words: Sequence[Token], watch: str, span: tuple[int, int]
) -> bool:
    """Whether what follows `text` may show that the list `watch` has no such find at `span`.

    "fire" may become "firework", "forty two" a thousand more, and "fire" the beginning of a
    longer phrase of its list or of one that excuses it. `words` are the last words of the text,
    numbers joined; what ends before them is settled.
    """
    _, end = span
    if not words or end < words[0].start:
        return False
    grows = _grows(text, words[-1])
    if end > words[-1].start and grows:
        return True
    return _is_open_number(words, end, grows) or _begins_more(index, words, watch, span, grows)


def _grows(text: str, last: Token) -> bool:
    """Whether the next letters may belong to the last word."""
    behind = text[last.end :]
    return (not behind or behind in _OPENERS) and not is_sign(text[last.end - 1])


def _is_open_number(words: Sequence[Token], end: int, grows: bool) -> bool:
    """Whether a find ends in a number that more words may belong to."""
    inside = [number for number, word in enumerate(words) if word.end <= end]
    if not inside or not words[inside[-1]].folded[:1].isdigit():
        return False
    behind = [word.folded for word in words[inside[-1] + 1 :]]
    if grows:
        behind = behind[:-1]
    return not behind or (len(behind) == 1 and behind[0] in _JOINERS)


def _begins_more(
    index: PhraseIndex,
    words: Sequence[Token],
    watch: str,
    span: tuple[int, int],
    grows: bool,
) -> bool:
    """Whether the text ends within a longer phrase, or an excepted one, that holds the find."""
    folded = [word.folded for word in words]
    for here, word in enumerate(words):
        if word.start > span[0]:
            return False
        forms = [form for name, form in index.excepted.get(word.folded, ()) if name == watch]
        forms += [p.form for p in index.by_first.get(word.folded, ()) if p.watch == watch]
        if any(_is_beginning(folded[here:], form, grows) for form in forms):
            return True
    return False


def _is_beginning(said: Sequence[str], form: Sequence[str], grows: bool) -> bool:
    """Whether `form` begins with all that was said, and goes on."""
    *whole, last = said
    count = len(whole)
    if count >= len(form) or tuple(whole) != tuple(form[:count]):
        return False
    if grows:
        return form[count].startswith(last) and (count + 1 < len(form) or form[count] != last)
    return form[count] == last and count + 1 < len(form)
