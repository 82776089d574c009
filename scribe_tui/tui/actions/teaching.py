"""Adjusting watch words by hits: the user confirms a hit, or excludes it from now on."""

from __future__ import annotations

from scribe_tui.errors import UsageError
from scribe_tui.events import Tier, WatchHit
from scribe_tui.tui.finding.hits import KnownHits
from scribe_tui.tui.text import quoted
from scribe_tui.tui.watch_words import WatchWords


class HitTeacher:
    """Changes the watch words by the user's verdict on a hit; methods return a sentence."""

    def __init__(self, known: KnownHits, watch: WatchWords | None) -> None:
        """Adjust by the hits `known`; `watch` is None if there are no watch words."""
        self._hits = known
        self._watch = watch
        self._asked: object = None

    def confirm(self, key: object) -> str:
        """Count the heard form as the word from now on."""
        hit, self._asked = self._hits.get(key), None
        if hit is None or self._watch is None:
            return "There is nothing to confirm here."
        if hit.tier is Tier.EXACT:
            return f"{quoted(hit.heard)} is an exact hit already."
        try:
            self._watch.add_heard_form(hit.watch, hit.word, hit.heard)
        except UsageError as error:
            return error.message
        return f"From now on {quoted(hit.heard)} counts as {hit.word}, until the program ends."

    def never_again(self, key: object) -> str:
        """Stop hits of this kind: asks the first time, does it the second time."""
        hit = self._hits.get(key)
        if hit is None or self._watch is None:
            return "There is nothing to take away here."
        if self._asked != key:
            self._asked = key
            return f"X once more: {self.what_ends(hit)}, until the program ends."
        self._asked = None
        return self.end(hit)

    def what_ends(self, hit: WatchHit) -> str:
        """Return a phrase for what `end` does, such as `listen for fire no more`."""
        if self._is_of_the_word(hit):
            return f"listen for {hit.word} no more"
        return f"{quoted(hit.heard)} is no hit any more"

    def end(self, hit: WatchHit) -> str:
        """Stop hits of this kind from now on; return a sentence."""
        what = self.what_ends(hit)
        if self._watch is None:
            return "There is nothing to take away here."
        try:
            if self._is_of_the_word(hit):
                self._watch.remove_word(hit.word, hit.watch)
            else:
                self._watch.add_exception(hit.watch, hit.heard)
        except UsageError as error:
            return error.message
        return f"Done: {what}."

    def _is_of_the_word(self, hit: WatchHit) -> bool:
        return hit.tier is Tier.EXACT and not self._is_other_form(hit)

    def _is_other_form(self, hit: WatchHit) -> bool:
        """Return whether an exact hit is of an expression or a heard form, not the word itself."""
        lists = self._watch.lists if self._watch is not None else ()
        listed = next((one for one in lists if one.name == hit.watch), None)
        if listed is None or hit.word not in listed.words:
            return True
        return any(
            word == hit.word and heard.casefold() == hit.heard.casefold()
            for word, heard in listed.heard_as
        )
