"""The watch words compiled for look-up: phrases by first word, digits, letters and sound."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.folding import fold
from scribe_tui.watchwords.numbers import digits_said

MIN_CLOSE_LETTERS = 4
"""A shorter word is only found as it is written: too many words are similar to it."""
MIN_KEY_LETTERS = 3
MAX_FUZZY_WORDS = 6
"""A longer phrase is only found as written."""


MIN_JOINED_LETTERS = 3
"""B.B.C. is found as BBC; U.S. is not found as "us"."""
MAX_SPELLED_LETTERS = 6
"""Longest word that counts as an abbreviation, which may be heard letter by letter."""


@dataclass(frozen=True, slots=True)
class PhoneticKeys:
    """How folded English words sound: their Metaphone and Double Metaphone keys, or "".

    Each key finds words that the other misses, so it is enough if one of them is equal.
    """

    simple: str
    double: str


SILENT = PhoneticKeys("", "")


@lru_cache(maxsize=16384)
def phonetic_form(joined: str) -> PhoneticKeys:
    """The sound of folded words; `SILENT` if they have digits or letters beyond ASCII.

    Spaces are left out, because the border between words is misheard most often.
    """
    if not joined.isascii() or any(char.isdigit() for char in joined):
        return SILENT
    from jellyfish import metaphone
    from metaphone import doublemetaphone

    run = joined.replace(" ", "")
    keys = (metaphone(run), doublemetaphone(run)[0])
    return PhoneticKeys(*(key if len(key) >= MIN_KEY_LETTERS else "" for key in keys))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One form of a watch word: `form` are its folded words, `joined` the same as one text.

    `sound` are the keys by which it is compared if the spelling alone does not decide.
    """

    watch: str
    word: str
    form: tuple[str, ...]
    joined: str
    sound: PhoneticKeys


class PhraseIndex:
    """All phrases of a session, ready for look-up; immutable."""

    def __init__(self, watches: Iterable[WatchSettings]) -> None:
        """Raises UsageError for a watch word without letters and digits."""
        self.watches = {watch.name: watch for watch in watches}
        self.by_first: dict[str, list[Phrase]] = defaultdict(list)
        self.digits: dict[str, list[Phrase]] = defaultdict(list)
        self.letters: dict[str, list[Phrase]] = defaultdict(list)
        self.excepted: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        self.choices: dict[int, list[str]] = defaultdict(list)
        self.candidates: dict[int, list[Phrase]] = defaultdict(list)
        self.longest = 1
        for watch in self.watches.values():
            for word in watch.words:
                self._add(watch.name, word, word, fuzzy=True)
            for word, heard in watch.heard_as:
                self._add(watch.name, word, heard, fuzzy=False)
            for phrase in watch.excepted:
                if form := fold(phrase):
                    self.excepted[form[0]].append((watch.name, form))
                    self.longest = max(self.longest, len(form))

    @property
    def is_fuzzy(self) -> bool:
        """Whether any phrase can be found by similarity."""
        return bool(self.candidates)

    def _add(self, watch: str, word: str, written: str, *, fuzzy: bool) -> None:
        from scribe_tui.watchwords.other_forms import other_form  # only where there are words

        form = fold(written)
        if not form:
            raise UsageError(
                "wrong watch list",
                f"The watch list {watch!r} has {harmless_line(written)!r}, "
                "in which there is no letter and no digit to be heard.",
            )
        phrase = self._add_form(watch, word, form)
        self._add_parts(phrase)
        if (other := other_form(form)) is not None:
            self._add_form(watch, word, other)
        letters = sum(char.isalpha() for char in phrase.joined)
        if fuzzy and letters >= MIN_CLOSE_LETTERS and len(form) <= MAX_FUZZY_WORDS:
            for size in {max(1, len(form) - 1), len(form), len(form) + 1}:
                self.choices[size].append(phrase.joined)
                self.candidates[size].append(phrase)

    def _add_form(self, watch: str, word: str, form: tuple[str, ...]) -> Phrase:
        joined = " ".join(form)
        phrase = Phrase(watch, word, form, joined, phonetic_form(joined))
        self.by_first[form[0]].append(phrase)
        self.longest = max(self.longest, len(form))
        return phrase

    def _add_parts(self, phrase: Phrase) -> None:
        """Index a number to be found in other parts, and an abbreviation letter by letter."""
        form = phrase.form
        digits = digits_said(form, len(form))
        if len(digits) == len(form) and digits[-1] and any(part.isdigit() for part in form):
            self.digits[digits[-1]].append(phrase)
        joined = "".join(form)
        if not (joined.isascii() and joined.isalpha()):
            return
        if len(joined) == len(form) >= MIN_JOINED_LETTERS:
            self._add_form(phrase.watch, phrase.word, (joined,))
        elif len(form) == 1 and 2 <= len(joined) <= MAX_SPELLED_LETTERS:
            self.letters[joined].append(phrase)
