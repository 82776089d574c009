"""Plain lines: the list of hits; going to one, and adjusting the watch words by it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from scribe_tui.events import HitStatus, Tier, WatchHit
from scribe_tui.tui.actions.teaching import HitTeacher
from scribe_tui.tui.lines.chosen import Chosen
from scribe_tui.tui.lines.reader import Reader
from scribe_tui.tui.lines.sentences import hit_line
from scribe_tui.tui.text import clock, count_of, quoted

if TYPE_CHECKING:
    from scribe_tui.tui.lines.listen_keys import ListenKeys
    from scribe_tui.tui.lines.take_keys import TakeKeys

_ANSWER = re.compile(r"([cXyxo]?) ?(\d{1,4})")
_SURE = {Tier.EXACT: "", Tier.CLOSE: "close, ", Tier.SOUNDS_LIKE: "sounds like it, "}
HOW = (
    "The number of a hit goes there; c 1 confirms hit 1 as heard, X 1 is never again, y 1 copies, "
    "x 1 saves its sound, o 1 plays it."
)


class HitKeys:
    """The hits key, and the actions for a hit."""

    def __init__(
        self, chosen: Chosen, reader: Reader, taker: TakeKeys, listener: ListenKeys
    ) -> None:
        """`taker` copies and saves, `listener` plays."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self._taker = taker
        self._listener = listener

    def say_latest(self) -> None:
        """Say the latest hits, and ask what to do with one."""
        hits = list(reversed(self._app.bridge.hits.newest_first))
        self._app.bridge.hits.looked_at()
        said = [
            f"{clock(hit.at)} {self._chosen.name_of(hit.session)}: {_SURE[hit.tier]}{hit_line(hit)}"
            for hit in hits
        ]
        self._reader.say_numbered(said)
        self._app.say(f"{count_of(len(hits), 'hit')}.")
        if hits:
            self._app.ask(HOW, lambda text: self._answered(text, hits))

    def _answered(self, text: str | None, hits: list[WatchHit]) -> None:
        if not text:
            return
        match = _ANSWER.fullmatch(text)
        place = int(match[2]) if match else 0
        if match is None or not 1 <= place <= len(hits):
            self._app.say(f"There is no hit {quoted(text[:40])}: nothing is done.")
            return
        # The list may have grown, and the hit be gone, while the question was open.
        heard = hits[-place]
        hit = self._app.bridge.hits.get((heard.session, heard.hit))
        if hit is None:
            self._app.say("That hit is gone.")
            return
        act: dict[str, Callable[[WatchHit], None]] = {
            "": self._go_to,
            "c": self._confirm,
            "X": self._never_again,
            "y": self._taker.copy_hit,
            "x": self._taker.clip_hit,
            "o": self._listener.hear_hit,
        }
        act[match[1]](hit)

    def _go_to(self, hit: WatchHit) -> None:
        if hit.session not in self._chosen.controls.sessions:
            self._app.say("That source is gone.")
        elif hit.status is HitStatus.UNCONFIRMED:
            self._chosen.choose(hit.session)
        else:
            self._reader.go_to_segment(hit.session, hit.segment_number)

    def _teacher(self) -> HitTeacher:
        return HitTeacher(self._app.bridge.hits, self._app.context.watch)

    def _confirm(self, hit: WatchHit) -> None:
        self._app.say(self._teacher().confirm((hit.session, hit.hit)))

    def _never_again(self, hit: WatchHit) -> None:
        if self._app.context.watch is None:
            self._app.say("There are no watch words in this run.")
            return
        teacher = self._teacher()
        self._app.ask_yes(
            f"Until the program ends: {teacher.what_ends(hit)}?",
            lambda: self._app.say(teacher.end(hit)),
            lambda: self._app.say("All stays."),
        )
