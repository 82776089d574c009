"""A user's list of words that are always recognised wrongly, with the right words.

Only whole words that match exactly (apart from case) are replaced, so that no right word is
changed; the letter case of the text is kept. The journal keeps the recognised text; screen,
exports and search show the corrected one. `rewritten_hit` changes a hit after the service has
rewritten its segment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache

from scribe_tui.events import CommittedSegment, WatchHit, Word

Pairs = tuple[tuple[str, str], ...]
"""(heard, right), in the user's order."""

_SPACELESS = (
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Scripts without spaces between words (Thai, Lao, Burmese, Khmer, Chinese, Japanese): their words
are found without word borders."""

_LETTER = r"[\w\u0300-\u036f]"


class Corrections:
    """The list, compiled for use on many texts."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = ()) -> None:
        self._right = {_folded(heard): (heard, right) for heard, right in pairs if heard.strip()}
        longest_first = sorted(self._right, key=len, reverse=True)
        self._pattern = (
            re.compile("|".join(map(_as_pattern, longest_first)), re.IGNORECASE)
            if longest_first
            else None
        )

    def __bool__(self) -> bool:
        return self._pattern is not None

    def apply(self, text: str) -> str:
        """`text` with every listed word corrected; corrected text is not searched again."""
        return self._pattern.sub(self._corrected, text) if self._pattern else text

    def _corrected(self, match: re.Match[str]) -> str:
        entry = self._right.get(_folded(match[0]))
        return match[0] if entry is None else _in_case_of(match[0], *entry)


@lru_cache(maxsize=256)
def corrections_of(pairs: Pairs) -> Corrections:
    """The compiled corrections of a list; sessions with equal lists share them."""
    return Corrections(pairs)


def corrected_segment(corrections: Corrections, segment: CommittedSegment) -> CommittedSegment:
    """The segment with its text corrected; without `words` if they no longer make up the text."""
    text = corrections.apply(segment.text)
    if text == segment.text:
        return segment
    words = tuple(replace(word, text=corrections.apply(word.text)) for word in segment.words)
    return replace(segment, text=text, words=words if _spells(words, text) else ())


def _spells(words: tuple[Word, ...], text: str) -> bool:
    """Whether the words, one after the other, make up the text."""
    spelt = "".join(word.text for word in words)
    return "".join(spelt.split()) == "".join(text.split())


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _as_pattern(heard: str) -> str:
    words = r"\s+".join(re.escape(word) for word in heard.split())
    before = "" if _has_no_edge(heard[0]) else rf"(?<!{_LETTER})"
    after = "" if _has_no_edge(heard[-1]) else rf"(?!{_LETTER})"
    return f"{before}{words}{after}"


@cache
def _spaceless() -> re.Pattern[str]:
    """Compiled with the first list, because it takes long and most starts have no list."""
    return re.compile(_SPACELESS)


def _has_no_edge(letter: str) -> bool:
    return _spaceless().match(letter) is not None


def _in_case_of(found: str, heard: str, right: str) -> str:
    """`right` in the letter case of `found`, if that differs from the case of `heard`."""
    if found == heard:
        return right
    if found.isupper() and len(found) > 1:
        return right.upper()
    if found.islower():
        return right.lower()
    if found[:1].isupper() and heard[:1].islower():
        return right[:1].upper() + right[1:]
    return right


def rewritten_hit(hit: WatchHit, number: int, old: str, new: str) -> WatchHit:
    """The hit, after segment `number` was changed from `old` to `new`.

    It then shows no removed text. A hit in the next segment may have begun in that one.
    """
    if hit.segment_number == number:
        return replace(hit, quote=new, heard=hit.heard if hit.heard in new else "")
    words = hit.heard.split() if hit.segment_number == number + 1 else []
    for count in range(1, len(words)):
        begun = " ".join(words[:count])
        if old.rstrip().endswith(begun) and not new.rstrip().endswith(begun):
            return replace(hit, quote=hit.quote.removeprefix(begun).lstrip(), heard="")
    return hit
