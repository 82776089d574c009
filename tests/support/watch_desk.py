"""Desk: a watch-word stage with its own clock, and the hits it reported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scribe_tui.events import (
    CommittedSegment,
    Event,
    HitStatus,
    PartialChanged,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    State,
    WatchHit,
)
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.watchwords.stage import WatchStage

UNCONFIRMED, CONFIRMED, WITHDRAWN = HitStatus


class Desk:
    """A stage with its own clock; sound is sent as time passes."""

    def __init__(self, *watches: WatchSettings) -> None:
        self.now = 100.0
        self.lag = 100.0
        self.stage = WatchStage(
            watches, position=lambda _: self.now - self.lag, clock=lambda: self.now
        )
        self.segments = 0

    def open(self, session: str = "news", **more: Any) -> None:
        self._derive(
            SessionOpened(
                session=session, at=1.0, name=more.pop("name", session), source="x",
                audio_format="pcm_16000", commit="vad", **more,
            )
        )  # fmt: skip

    def partial(self, text: str, session: str = "news", after: float = 1.0) -> list[WatchHit]:
        """Process a partial whose last word is complete; it may continue."""
        return self.growing(text and f"{text} ", session, after)

    def growing(self, text: str, session: str = "news", after: float = 1.0) -> list[WatchHit]:
        """Process a partial as it is, perhaps in the middle of a word."""
        self.now += after
        return self._derive(PartialChanged(session=session, at=2.0, text=text))

    def commit(self, text: str, session: str = "news", **more: Any) -> list[WatchHit]:
        self.segments += 1
        start, end = more.pop("span", (self.now - self.lag - 4, self.now - self.lag))
        segment = CommittedSegment(self.segments, text, 3.0, start, end, **more)
        return self._derive(SegmentCommitted(session=session, at=3.0, segment=segment))

    def close(self, session: str = "news") -> list[WatchHit]:
        return self._derive(
            SessionClosed(
                session=session, at=4.0, state=State.ENDED, heard_seconds=1, sent_seconds=1,
                segments=0,
            )
        )  # fmt: skip

    def _derive(self, event: Event) -> list[WatchHit]:
        return [hit for hit in self.stage.derive(event) if isinstance(hit, WatchHit)]


def said(hits: Sequence[WatchHit]) -> list[tuple[str, HitStatus, bool]]:
    return [(hit.word, hit.status, hit.alert) for hit in hits]


def desk(*words: str, **more: Any) -> Desk:
    more.setdefault("cooldown_seconds", 0.0)
    return Desk(WatchSettings(name="w", words=words, **more))
