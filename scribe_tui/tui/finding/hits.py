"""HitBook: the hits of all sessions, as the list of hits and the summary need them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from scribe_tui.events import (
    Event,
    HitStatus,
    SegmentEdited,
    SegmentRedacted,
    SessionRemoved,
    WatchHit,
)

MAX_HITS = 1000
"""Hits that are kept; older ones are in the journal."""

HitKey = tuple[str, int]
"""Session and the hit's number in it."""


class HitBook:
    """What was found and stands, newest last. Bounded; for one thread.

    A hit that is withdrawn is gone. What is said of a segment that was rewritten is no more
    than the segment says now.
    """

    def __init__(self) -> None:
        """No hits."""
        self._hits: OrderedDict[HitKey, WatchHit] = OrderedDict()
        self._new: set[HitKey] = set()
        self.version = 0
        self.total = 0

    @property
    def newest_first(self) -> tuple[WatchHit, ...]:
        """Hits that stand."""
        return tuple(reversed(self._hits.values()))

    @property
    def new(self) -> int:
        """Hits that nobody has looked at yet."""
        return len(self._new)

    def get(self, key: object) -> WatchHit | None:
        """The hit of that session and number, if it stands."""
        return self._hits.get(key) if isinstance(key, tuple) else None

    def looked_at(self) -> None:
        """Somebody has seen the list."""
        self._new.clear()
        self.version += 1

    def receive(self, event: Event) -> bool:
        """Take one event; whether a hit was made known that was not known before."""
        match event:
            case WatchHit():
                return self._take(event)
            case SegmentRedacted(session=session, segment_number=number, redacted_text=text):
                self._rewrite(session, number, text)
            case SegmentEdited(session=session, segment_number=number, edited_text=text):
                self._rewrite(session, number, text)
            case SessionRemoved(session=session):
                for key in [key for key in self._hits if key[0] == session]:
                    self._drop(key)
        return False

    def _take(self, hit: WatchHit) -> bool:
        key = (hit.session, hit.hit)
        self.version += 1
        if hit.status is HitStatus.WITHDRAWN:
            self._drop(key)
            return False
        known = key in self._hits
        self._hits[key] = hit
        if known:
            return False
        self.total += 1
        self._new.add(key)
        if len(self._hits) > MAX_HITS:
            oldest, _ = self._hits.popitem(last=False)
            self._new.discard(oldest)
        return True

    def _drop(self, key: HitKey) -> None:
        if self._hits.pop(key, None) is not None:
            self.total -= 1
        self._new.discard(key)

    def _rewrite(self, session: str, number: int, text: str) -> None:
        for key, hit in self._hits.items():
            if number and hit.session == session and hit.segment_number == number:
                heard = hit.heard if hit.heard in text else ""
                self._hits[key] = replace(hit, quote=text, heard=heard)
                self.version += 1
