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
"""Most hits kept; older ones are in the journal."""

HitKey = tuple[str, int]
"""Session id, and the hit's number in that session."""


@dataclass(frozen=True, slots=True)
class HitCount:
    """The number of standing hits except those that only sound alike; `new`: not looked at yet."""

    hits: int = 0
    new: int = 0


class KnownHits:
    """The standing hits, newest last, and their numbers, which are counted only here.

    Bounded; used by one thread. A withdrawn hit is removed. If a segment is redacted or edited, its
    hits are rewritten to match. Hits remain when their session is removed.
    """

    def __init__(self) -> None:
        """Start without hits."""
        self._hits: OrderedDict[HitKey, WatchHit] = OrderedDict()
        self._new: defaultdict[str, set[int]] = defaultdict(set)
        self._new_dropped: Counter[str] = Counter()
        self._standing: Counter[str] = Counter()
        self._highest: dict[str, int] = {}
        self.version = 0

    @property
    def newest_first(self) -> tuple[WatchHit, ...]:
        """All standing hits, including those that only sound alike."""
        return tuple(reversed(self._hits.values()))

    @property
    def counted(self) -> HitCount:
        """The numbers for all sessions, including hits too old to be kept."""
        new = sum(map(len, self._new.values())) + self._new_dropped.total()
        return HitCount(self._standing.total(), new)

    def count_of(self, session: str) -> HitCount:
        """Return the numbers for one session."""
        new = len(self._new.get(session, ())) + self._new_dropped[session]
        return HitCount(self._standing[session], new)

    def get(self, key: object) -> WatchHit | None:
        """Return the hit with that session and number, if it stands."""
        return self._hits.get(key) if isinstance(key, tuple) else None

    def looked_at(self, session: str | None = None) -> None:
        """Take note that the hits of one session, or of all, were looked at."""
        if session is None:
            self._new.clear()
            self._new_dropped.clear()
        else:
            self._new.pop(session, None)
            self._new_dropped.pop(session, None)
        self.version += 1

    def forget(self) -> None:
        """Remove all hits: what comes next is of another time."""
        self._hits.clear()
        self._new.clear()
        self._new_dropped.clear()
        self._standing.clear()
        self._highest.clear()
        self.version += 1

    def receive(self, event: Event) -> bool:
        """Handle one event; return whether it made a hit known that was not known before."""
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
        """Update the counts: a hit may become certain enough to count, or cease to be."""
        change = _counts(after) - _counts(before)
        self._standing[key[0]] += change
        if change > 0:
            self._new[key[0]].add(key[1])
        elif change < 0:
            self._new[key[0]].discard(key[1])

    def _drop_oldest(self) -> None:
        """Drop the oldest confirmed hit; without one, the oldest that may still be withdrawn."""
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
    """Return whether a hit is counted."""
    return hit is not None and hit.tier is not Tier.SOUNDS_LIKE
