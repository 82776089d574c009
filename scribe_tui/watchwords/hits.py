"""SessionHits: turns finds in one session's text into hits, each reported and alerted once."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from scribe_tui.events import CommittedSegment, HitStatus, Tier, WatchHit
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.finder import RANK, Find
from scribe_tui.watchwords.folding import fold

MAX_PENDING = 200
MAX_REMEMBERED = 256
"""Most hits of a session that wait for their commit, and most past hits that are remembered."""
SAME_PLACE_SECONDS = 15.0
"""Largest error in seconds of the estimated time of an unconfirmed hit."""
SAME_WORD_SECONDS = 0.5
"""Two committed finds of a word less than this apart are one that the service sent twice."""
ALERTED_PLACE_SECONDS = 2.0
"""A find less than this apart from one that alerted is the same one: its sound was sent again."""
MAX_QUOTE_CHARS = 200


@dataclass(slots=True)
class _Pending:
    """A hit in text that may still change. `find` is its present place, None if it has none.

    `words_before` is the number of words before it in the open text, `words` its own number.
    `moved`: a segment was committed without it that was too short to reach its place, so it may
    be in the next segment. `anywhere`: its partial was withdrawn and will come again.
    """

    number: int
    watch: str
    word: str
    heard: str
    tier: Tier
    source_seconds: float
    alerted: bool
    quote: str
    find: Find | None
    words_before: int
    words: int
    moved: bool = False
    anywhere: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A text, and the end of the text just `before` it, which ends with a space."""

    text: str
    before: str = ""

    def heard(self, find: Find) -> str:
        """The words of a find as they were heard."""
        if find.start >= 0:
            return self.text[find.start : find.end]
        return (self.before + self.text)[
            len(self.before) + find.start : len(self.before) + find.end
        ]

    def quote(self, find: Find) -> str:
        """The text around a find; of `before` only the part in which the find begins."""
        if find.start >= 0:
            return quote_of(self.text, find)
        before = self.before[find.start :] if -find.start <= len(self.before) else self.before
        whole = replace(find, start=0, end=find.end + len(before))
        return quote_of(before + self.text, whole)

    def words_before(self, find: Find) -> int:
        """How many words of the text are before a find."""
        return len(self.text[: max(0, find.start)].split())

    def words(self, find: Find) -> int:
        """How many words of the text are in a find."""
        return len(self.text[max(0, find.start) : find.end].split())


class SessionHits:
    """Keeps a limited number of hits of one session."""

    def __init__(self, session: str, watches: Mapping[str, WatchSettings]) -> None:
        self.session = session
        self.watches = watches
        self._pending: list[_Pending] = []
        self._count = 0
        self._segment_number = 0
        self._confirmed: deque[tuple[str, str, float]] = deque(maxlen=MAX_REMEMBERED)
        self._alerted_places: deque[tuple[str, str, float]] = deque(maxlen=MAX_REMEMBERED)
        self._alerted_at: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._alerted_forms: OrderedDict[tuple[str, str, tuple[str, ...]], None] = OrderedDict()

    def partial(
        self, said: Said, finds: Sequence[Find], span: tuple[float, float], at: float, now: float
    ) -> Iterator[WatchHit]:
        """The new hits in the open segment.

        `span`: source seconds of the text's first and latest sound, for the estimate. `at` is
        the wall clock, `now` the monotonic one.
        """
        places = {hit.find: hit for hit in self._pending if hit.find is not None}
        standing = set(finds)
        loose = [hit for hit in self._pending if hit.find not in standing]
        for hit in loose:
            hit.find = None
        for find in finds:
            if find in places:
                continue
            seconds = span[0] + (span[1] - span[0]) * find.end / max(1, len(said.text))
            known = _take(loose, find, seconds)
            if known is not None:
                yield from self._again(known, said, find, at, now)
            elif len(self._pending) < MAX_PENDING:
                hit = self._new(said, find, seconds)
                self._pending.append(hit)
                hit.alerted = self._may_alert(hit, now)
                yield self._hit(hit, HitStatus.UNCONFIRMED, self._segment_number + 1, at)

    def taken_back(self) -> None:
        """The partial was cleared, as after an outage: its sound will be sent again."""
        for hit in self._pending:
            hit.find, hit.anywhere = None, True

    def _again(
        self, hit: _Pending, said: Said, find: Find, at: float, now: float
    ) -> Iterator[WatchHit]:
        """Update a hit that moved in the text; if its tier is better now, it may alert."""
        hit.find, hit.quote = find, said.quote(find)
        hit.anywhere = False
        hit.words_before, hit.words = said.words_before(find), said.words(find)
        if RANK[find.tier] < RANK[hit.tier]:
            hit.tier, hit.heard = find.tier, said.heard(find)
            if not hit.alerted and self._may_alert(hit, now):
                hit.alerted = True
                yield self._hit(hit, HitStatus.UNCONFIRMED, self._segment_number + 1, at)

    def committed(
        self,
        segment: CommittedSegment,
        finds: Sequence[Find],
        at: float,
        now: float,
        before: str = "",
    ) -> Iterator[WatchHit]:
        """Confirm the hits that are in the committed text, withdraw those that are not.

        Hits beyond its end, or across it, wait for the next segment. `before` is the end of the
        text before it, in which a find may begin. `at` is wall clock, `now` monotonic seconds.
        """
        said = Said(segment.text, before)
        self._segment_number = segment.number
        pending, self._pending = self._pending, []
        pending.sort(key=lambda hit: hit.source_seconds)
        places = word_seconds(segment) if finds else []
        for find in finds:
            seconds = _seconds_at(places, segment, max(0, find.start))
            known = _take(pending, find, None)
            if known is None and self._is_repeat(find, seconds):
                continue
            hit = self._new(said, find, seconds, known)
            hit.alerted = not hit.alerted and self._may_alert(hit, now)
            self._confirmed.append((hit.watch, hit.word, seconds))
            yield self._hit(hit, HitStatus.CONFIRMED, segment.number, at)
        words = len(segment.text.split())
        for hit in pending:
            if not hit.moved and 0 < words < hit.words_before + hit.words:
                hit.moved, hit.find = True, None
                self._pending.append(hit)
            else:
                yield self._withdrawn(hit, segment.number, at)

    def closed(self, at: float) -> Iterator[WatchHit]:
        """The run is over: withdraw the hits that were never committed."""
        self._confirmed.clear()  # the next run counts source seconds from 0
        self._alerted_places.clear()
        pending, self._pending = self._pending, []
        for hit in pending:
            yield self._withdrawn(hit, self._segment_number + 1, at)

    def _new(
        self, said: Said, find: Find, seconds: float, known: _Pending | None = None
    ) -> _Pending:
        if known is None:
            self._count += 1
        return _Pending(
            known.number if known else self._count,
            find.watch,
            find.word,
            said.heard(find),
            find.tier,
            seconds,
            known.alerted if known else False,
            said.quote(find),
            find,
            said.words_before(find),
            said.words(find),
        )

    def _is_repeat(self, find: Find, seconds: float) -> bool:
        return _is_near(self._confirmed, find.watch, find.word, seconds, SAME_WORD_SECONDS)

    def _may_alert(self, hit: _Pending, now: float) -> bool:
        """Whether a hit may alert: an exact one, or a close form once per session.

        Never within the cooldown, nor for the same sound again.
        """
        watch = self.watches.get(hit.watch)
        if watch is None or watch.level != "alert" or hit.tier is Tier.SOUNDS_LIKE:
            return False
        form = (hit.watch, hit.word, fold(hit.heard))
        if hit.tier is Tier.CLOSE and form in self._alerted_forms:
            return False
        last = self._alerted_at.get(form[:2], float("-inf"))
        place = (hit.watch, hit.word, hit.source_seconds)
        if now - last < watch.cooldown_seconds or _is_near(
            self._alerted_places, *place, ALERTED_PLACE_SECONDS
        ):
            return False
        self._alerted_places.append(place)
        _remember(self._alerted_at, form[:2], now)
        if hit.tier is Tier.CLOSE:
            _remember(self._alerted_forms, form, None)
        return True

    def _withdrawn(self, hit: _Pending, segment_number: int, at: float) -> WatchHit:
        """Withdraw a hit and end the cooldown it began."""
        if hit.alerted:
            self._alerted_at.pop((hit.watch, hit.word), None)
        return self._hit(hit, HitStatus.WITHDRAWN, segment_number, at)

    def _hit(self, hit: _Pending, status: HitStatus, segment_number: int, at: float) -> WatchHit:
        return WatchHit(
            session=self.session,
            at=at,
            hit=hit.number,
            watch=hit.watch,
            word=hit.word,
            heard=hit.heard,
            tier=hit.tier,
            status=status,
            segment_number=segment_number,
            source_seconds=hit.source_seconds,
            quote=hit.quote,
            alert=hit.alerted,
        )


def _is_near(
    places: Iterable[tuple[str, str, float]], watch: str, word: str, seconds: float, within: float
) -> bool:
    return any(
        (watch, word) == (other, same) and abs(there - seconds) < within
        for other, same, there in places
    )


def _remember(known: OrderedDict[Any, Any], key: object, value: object) -> None:
    known[key] = value
    known.move_to_end(key)
    while len(known) > MAX_REMEMBERED:
        known.popitem(last=False)


def _take(hits: list[_Pending], find: Find, seconds: float | None) -> _Pending | None:
    """Remove and return the first of `hits` with the same word near `seconds` (None: anywhere)."""
    for number, hit in enumerate(hits):
        if (hit.watch, hit.word) == (find.watch, find.word) and (
            seconds is None
            or hit.anywhere
            or abs(hit.source_seconds - seconds) <= SAME_PLACE_SECONDS
        ):
            return hits.pop(number)
    return None


def word_seconds(segment: CommittedSegment) -> list[tuple[int, float]]:
    """Where each timed word begins: (character in the segment's text, source seconds)."""
    places = []
    cursor = 0
    for word in segment.words:
        place = segment.text.find(word.text, cursor)
        if word.text.strip() and place >= 0:
            places.append((place, word.start_seconds))
            cursor = place + len(word.text)
    return places


def _seconds_at(places: Sequence[tuple[int, float]], segment: CommittedSegment, char: int) -> float:
    """The source seconds of a character; estimated from its place if words have no times."""
    if not places:
        share = char / max(1, len(segment.text))
        return segment.start_seconds + share * (segment.end_seconds - segment.start_seconds)
    return max((place for place in places if place[0] <= char), default=places[0])[1]


def quote_of(text: str, find: Find) -> str:
    """The text around a find, cut between words to about `MAX_QUOTE_CHARS` characters."""
    if len(text) <= MAX_QUOTE_CHARS:
        return text.strip()
    room = max(0, MAX_QUOTE_CHARS - (find.end - find.start)) // 2
    first, last = max(0, find.start - room), min(len(text), find.end + room)
    if first:
        blank = text.find(" ", first, find.start)
        first = first if blank < 0 else blank + 1
    if last < len(text):
        blank = text.rfind(" ", find.end, last)
        last = last if blank < 0 else blank
    before, after = ("…" if first else ""), ("…" if last < len(text) else "")
    return f"{before}{text[first:last].strip()}{after}"
