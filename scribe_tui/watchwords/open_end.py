"""Decides which finds more text may undo: those in an incomplete word, number or phrase."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.watchwords.folding import Token, is_sign
from scribe_tui.watchwords.phrases import PhraseIndex

_OPENERS = "'’‘"
"""Characters after which a word may go on: "it'" may become "it's"."""
_JOINERS = ("and", "point")
"""Words after which a number may go on: "a hundred and six", "three point one"."""


def is_open(
    index: PhraseIndex, text: str, words: Sequence[Token], watch: str, span: tuple[int, int]
) -> bool:
    """Whether text that follows `text` may undo the find of the list `watch` at `span`.

    "fire" may become "firework", "forty two" may become "forty two thousand", and "fire" may begin
    a longer phrase of its list, or an excepted one. `words` are the last words of the text,
    numbers joined; finds that end before them cannot be undone.
    """
    _, end = span
    if not words or end < words[0].start:
        return False
    grows = _grows(text, words[-1])
    if end > words[-1].start and grows:
        return True
    return _is_open_number(words, end, grows) or _begins_more(index, words, watch, span, grows)


def _grows(text: str, last: Token) -> bool:
    """Whether letters that follow may belong to the last word."""
    behind = text[last.end :]
    return (not behind or behind in _OPENERS) and not is_sign(text[last.end - 1])


def _is_open_number(words: Sequence[Token], end: int, grows: bool) -> bool:
    """Whether a find ends with a number that more words may continue."""
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
    """Whether the text ends within a longer or an excepted phrase that contains the find."""
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
    """Whether `form` begins with all of `said` and is longer."""
    *whole, last = said
    count = len(whole)
    if count >= len(form) or tuple(whole) != tuple(form[:count]):
        return False
    if grows:
        return form[count].startswith(last) and (count + 1 < len(form) or form[count] != last)
    return form[count] == last and count + 1 < len(form)
