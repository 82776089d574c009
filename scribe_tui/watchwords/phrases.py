"""What is listened for, compiled: phrases by their first word, by their sound, and expressions."""

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
"""A shorter word is only ever found as it is written: half the language lies close to it."""
MIN_KEY_LETTERS = 3
MAX_FUZZY_WORDS = 6
"""A longer phrase is found as written, or through a part of it that is listed by itself."""


MIN_JOINED_LETTERS = 3
"""B.B.C. is found as BBC; U.S. is not found as "us"."""
MAX_SPELLED_LETTERS = 6
"""Longer words are no abbreviations, which may be heard letter by letter."""


@dataclass(frozen=True, slots=True)
class PhoneticKeys:
    """How folded English words sound: their Metaphone and Double Metaphone keys, or empty.

    Each of the two keys hears what the other misses, so that either may agree.
    """

    simple: str
    double: str


SILENT = PhoneticKeys("", "")


@lru_cache(maxsize=16384)
def phonetic_form(joined: str) -> PhoneticKeys:
    """The sound of folded words; `SILENT` for what is not written in plain Latin letters.

    Without the blanks between words: where one word ends is what is misheard most.
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
    """One form of one word: `form` is folded, `joined` the same as one text.

    `sound` are the keys it is compared by where spelling alone does not decide.
    """

    watch: str
    word: str
    form: tuple[str, ...]
    joined: str
    sound: PhoneticKeys


class PhraseIndex:
    """All phrases of a session, ready to be looked up; immutable."""

    def __init__(self, watches: Iterable[WatchSettings]) -> None:
        """Raises UsageError for a word in which there is nothing to be heard."""
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
        """Whether anything can be found in another form than its own."""
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
        """A number may be said in other parts, and an abbreviation letter by letter."""
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
