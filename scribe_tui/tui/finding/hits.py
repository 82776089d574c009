"""KnownHits: the hits of all sessions, as the list of hits and the summary need them."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass

from scribe_tui.corrections import rewritten_hit
from scribe_tui.events import (
    Event,
    HitStatus,
    SegmentEdited,
    SegmentRedacted,
    SessionRemoved,
    Tier,
    WatchHit,
)

MAX_HITS = 1000
"""Hits that are kept; older ones are in the journal."""

HitKey = tuple[str, int]
"""Session and the hit's number in it."""


@dataclass(frozen=True, slots=True)
class HitCount:
    """How many hits stand, without those that only sound alike; `new`: not looked at yet."""

    hits: int = 0
    new: int = 0


class KnownHits:
    """The hits that stand, newest last, and their number, which is counted here only.

    Bounded; for one thread. A hit that is withdrawn is gone. What is said of a segment that was
    rewritten is no more than the segment says now. Hits outlive a session that is removed.
    """

    def __init__(self) -> None:
        """No hits."""
        self._hits: OrderedDict[HitKey, WatchHit] = OrderedDict()
        self._new: defaultdict[str, set[int]] = defaultdict(set)
        self._new_dropped: Counter[str] = Counter()
        self._standing: Counter[str] = Counter()
        self._highest: dict[str, int] = {}
        self.version = 0

    @property
    def newest_first(self) -> tuple[WatchHit, ...]:
        """Hits that stand, those included that merely sound alike."""
        return tuple(reversed(self._hits.values()))

    @property
    def counted(self) -> HitCount:
        """Hits of all sessions, those included that are too old to be kept."""
        new = sum(map(len, self._new.values())) + self._new_dropped.total()
        return HitCount(self._standing.total(), new)

    def count_of(self, session: str) -> HitCount:
        """Hits of one session."""
        new = len(self._new.get(session, ())) + self._new_dropped[session]
        return HitCount(self._standing[session], new)

    def get(self, key: object) -> WatchHit | None:
        """The hit of that session and number, if it stands."""
        return self._hits.get(key) if isinstance(key, tuple) else None

    def looked_at(self, session: str | None = None) -> None:
        """The hits of one session, or all of them, were looked at."""
        if session is None:
            self._new.clear()
            self._new_dropped.clear()
        else:
            self._new.pop(session, None)
            self._new_dropped.pop(session, None)
        self.version += 1

    def forget(self) -> None:
        """What comes next is of another time: there are no hits."""
        self._hits.clear()
        self._new.clear()
        self._new_dropped.clear()
        self._standing.clear()
        self._highest.clear()
        self.version += 1

    def receive(self, event: Event) -> bool:
        """Take one event; whether a hit was made known that was not known before."""
        match event:
            case WatchHit():
                return self._take(event)
            case SegmentRedacted(segment_number=number, redacted_text=text) if number:
                self._rewrite(event.session, number, event.text, text)
            case SegmentEdited(segment_number=number, edited_text=text) if number:
                self._rewrite(event.session, number, event.text, text)
            case SessionRemoved(session=session):
                self.looked_at(session)
        return False

    def _take(self, hit: WatchHit) -> bool:
        key = (hit.session, hit.hit)
        known = self._hits.get(key)
        if known is None and hit.hit <= self._highest.get(hit.session, 0):
            return False  # too old to be kept, or gone
        self._highest[hit.session] = max(hit.hit, self._highest.get(hit.session, 0))
        self.version += 1
        if hit.status is HitStatus.WITHDRAWN:
            self._hits.pop(key, None)
        else:
            self._hits[key] = hit
        self._count(key, known, self._hits.get(key))
        if len(self._hits) > MAX_HITS:
            self._drop_oldest()
        return known is None and key in self._hits

    def _count(self, key: HitKey, before: WatchHit | None, after: WatchHit | None) -> None:
        """A hit may become surer than it was, or less so."""
        change = _counts(after) - _counts(before)
        self._standing[key[0]] += change
        if change > 0:
            self._new[key[0]].add(key[1])
        elif change < 0:
            self._new[key[0]].discard(key[1])

    def _drop_oldest(self) -> None:
        """Forget the oldest hit, one that may still be withdrawn only if there is no other."""
        settled = (k for k, hit in self._hits.items() if hit.status is HitStatus.CONFIRMED)
        oldest = next(settled, next(iter(self._hits)))
        del self._hits[oldest]
        new = self._new[oldest[0]]
        if oldest[1] in new:
            new.discard(oldest[1])
            self._new_dropped[oldest[0]] += 1

    def _rewrite(self, session: str, number: int, old: str, new: str) -> None:
        for key, hit in self._hits.items():
            if hit.session == session and number <= hit.segment_number <= number + 1:
                self._hits[key] = rewritten_hit(hit, number, old, new)
                self.version += 1


def _counts(hit: WatchHit | None) -> bool:
    """Whether a hit is one to be counted."""
    return hit is not None and hit.tier is not Tier.SOUNDS_LIKE
