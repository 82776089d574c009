"""AlertRules: which events become alerts, and which end one."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace

from scribe_tui.alerts.alert import Alert, AlertKind
from scribe_tui.errors import NO_TEXT
from scribe_tui.events import (
    BudgetChanged,
    BudgetLevel,
    ConnectionStarted,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    HitStatus,
    PartialChanged,
    ScheduleChanged,
    SegmentCommitted,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    SourceStarted,
    State,
    StateChanged,
    Tier,
    WatchHit,
)

_EXPRESSION = re.compile(r"[\\\[\](){}|*+?^$]")
"""Characters that show that a watch word is a regular expression, which is no title for people."""

About = tuple[AlertKind, str]
"""A kind, and what distinguishes alerts of that kind."""

_BY_HALF = {
    Half.SOURCE: AlertKind.SOURCE_DOWN,
    Half.SPEECH: AlertKind.SPEECH_DOWN,
    Half.JOURNAL: AlertKind.JOURNAL,
    Half.PROGRAM: AlertKind.PROGRAM,
}
_DOWN = {AlertKind.SOURCE_DOWN: "source down", AlertKind.SPEECH_DOWN: "speech down"}
_OF_A_SOURCE = _DOWN.keys() | {AlertKind.NO_TEXT}
_CLEARED = {
    AlertKind.SOURCE_DOWN: "source heard again",
    AlertKind.SPEECH_DOWN: "speech service reached again",
    AlertKind.NO_TEXT: "text comes again",
    AlertKind.DEAD_AIR: "sound again",
    AlertKind.JOURNAL: "journal written again",
    AlertKind.BUDGET: "a new day's budget",
    AlertKind.PROGRAM: "works again",
}
_STOPPED = "no longer watched"
_KEPT_WHEN_STOPPED = frozenset({AlertKind.JOURNAL, AlertKind.BUDGET, AlertKind.PROGRAM})
"""What stands against a session whether or not it runs."""
_KEPT_WHEN_FAILED = _KEPT_WHEN_STOPPED | {AlertKind.SOURCE_DOWN, AlertKind.SPEECH_DOWN}
"""What stands against a session that failed: the rest concerned its run, which is over."""


class AlertRules:
    """Remembers which alerts stand for each session, and nothing else."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._standing: dict[str, set[About]] = {}
        self._budgets: dict[tuple[str, About], BudgetLevel] = {}
        self._follows_live: set[str] = set()
        """Sessions whose source ends in the ordinary way: that it is not there is no alert."""

    def alerts(self, event: Event) -> list[Alert]:
        """The alerts that follow from `event`; none for most events."""
        if isinstance(event, PartialChanged):  # as most are
            return self._clear(event, (AlertKind.NO_TEXT, "")) if event.text else []
        match event:
            case WatchHit():
                return [self._hit(event)] if event.alert else []
            case ScheduleChanged(session=session, on=on, follows_live=follows_live):
                (self._follows_live.add if follows_live else self._follows_live.discard)(session)
                return [] if on else self._clear_all(event, _KEPT_WHEN_STOPPED)
            case (
                ErrorRaised(session=session, half=Half.SOURCE)
                | DeadAirChanged(session=session, dead=True)
            ) if session in self._follows_live:
                return []
            case ErrorRaised() | ErrorCleared():
                return self._error(event)
            case BudgetChanged():
                return self._budget(event)
            case DeadAirChanged(dead=True):
                text = f"{self._name(event.session)} is silent."
                return self._raise(event, (AlertKind.DEAD_AIR, ""), "dead air", text)
            case SessionOpened() | SessionRenamed() | StateChanged() | SessionRemoved():
                return self._life(event)
            case _:
                over = self._ends(event)
                return [] if over is None else self._clear(event, (over, ""))

    def _ends(self, event: Event) -> AlertKind | None:
        """The kind of alert that an event ends, None for none."""
        match event:
            case DeadAirChanged():
                return AlertKind.DEAD_AIR
            case SourceStarted():
                return AlertKind.SOURCE_DOWN
            case ConnectionStarted():
                return AlertKind.SPEECH_DOWN
            case SegmentCommitted(segment=segment) if segment.text:
                return AlertKind.NO_TEXT
            case _:
                return None

    def _error(self, event: ErrorRaised | ErrorCleared) -> list[Alert]:
        kind = _BY_HALF[event.half]
        if isinstance(event, ErrorCleared):
            return self._clear(event, (kind, ""))
        if event.half is Half.SPEECH and event.kind == NO_TEXT:
            kind = AlertKind.NO_TEXT
        title, text = event.title, event.message
        if kind in _DOWN:
            title = f"{_DOWN[kind]}: {title}"
        if kind in _OF_A_SOURCE:  # else it is the same for all of them
            text = f"{self._name(event.session)}: {text}"
        return self._raise(event, (kind, ""), title, text)

    def _life(self, event: Event) -> list[Alert]:
        """Names, and what ends with a session."""
        match event:
            case (
                SessionOpened(session=session, name=name)
                | SessionRenamed(session=session, name=name)
            ):
                self._names[session] = name
            case StateChanged(state=State.ENDED):
                return self._clear_all(event, _KEPT_WHEN_STOPPED)
            case StateChanged(state=State.FAILED):
                return self._clear_all(event, _KEPT_WHEN_FAILED)
            case SessionRemoved(session=session):
                over = self._clear_all(event)
                self._names.pop(session, None)
                self._standing.pop(session, None)
                self._follows_live.discard(session)
                for known in [known for known in self._budgets if known[0] == session]:
                    del self._budgets[known]
                return over
        return []

    def end(self, at: float) -> list[Alert]:
        """The program ends: end all standing alerts as no longer watched."""
        sessions = [session for session, standing in self._standing.items() if standing]
        return [
            over for session in sessions for over in self._clear_all(Event(session=session, at=at))
        ]

    def _hit(self, hit: WatchHit) -> Alert:
        withdrawn = hit.status is HitStatus.WITHDRAWN
        shown = hit.word if hit.tier is Tier.EXACT else f"{hit.word} (heard {hit.heard!r})"
        if hit.tier is Tier.EXACT and _EXPRESSION.search(hit.word):
            shown = hit.heard or hit.word
        return Alert(
            kind=AlertKind.HIT,
            at=hit.at,
            title=f"{shown} withdrawn" if withdrawn else shown,
            text=f"{self._name(hit.session)}: {hit.quote}",
            sessions=(hit.session,),
            names=(self._name(hit.session),),
            subject=f"{hit.watch}\n{hit.word}",
            is_over=withdrawn,
            facts={
                "watch": hit.watch,
                "word": hit.word,
                "heard": hit.heard,
                "tier": hit.tier.value,
                "status": hit.status.value,
                "quote": hit.quote,
                "segment_number": str(hit.segment_number),
                "source_seconds": f"{hit.source_seconds:.3f}",
            },
        )

    def _budget(self, event: BudgetChanged) -> list[Alert]:
        about = (AlertKind.BUDGET, "all" if event.for_all else event.session)
        before = self._budgets.pop((event.session, about), None)
        if event.level is BudgetLevel.FREE:
            return self._clear(event, about)
        self._budgets[event.session, about] = event.level
        if event.level is before:
            return []  # reported again after a start by hand
        whose = "all sources" if event.for_all else self._name(event.session)
        stopped = event.level is BudgetLevel.STOPPED
        title = "budget used up" if stopped else "budget at 80 %"
        text = f"{whose}: {event.spent:.2f} of {event.limit:.2f} for today."
        text += " Nothing more is sent until midnight." if stopped else ""
        self._standing.get(event.session, set()).discard(about)
        return self._raise(event, about, title, text)

    def _raise(self, event: Event, about: About, title: str, text: str) -> list[Alert]:
        """The alert, unless the same already stands against that session."""
        standing = self._standing.setdefault(event.session, set())
        if about in standing:
            return []
        standing.add(about)
        return [self._alert(event, about, title, text)]

    def _clear(self, event: Event, about: About) -> list[Alert]:
        standing = self._standing.get(event.session, set())
        if about not in standing:
            return []
        standing.discard(about)
        return [self._over(event, about, _CLEARED[about[0]])]

    def _clear_all(self, event: Event, kept: Container[AlertKind] = ()) -> list[Alert]:
        """Stopped, or gone: its alerts are over, but for those of the kinds `kept`."""
        standing = self._standing.get(event.session, set())
        over = sorted(about for about in standing if about[0] not in kept)
        standing.difference_update(over)
        return [self._over(event, about, _STOPPED) for about in over]

    def _over(self, event: Event, about: About, words: str) -> Alert:
        text = f"{self._name(event.session)}: {words}."
        title = words if words != _STOPPED else f"{about[0].value.replace('_', ' ')}: {words}"
        return replace(self._alert(event, about, title, text), is_over=True)

    def _alert(self, event: Event, about: About, title: str, text: str) -> Alert:
        return Alert(
            kind=about[0],
            at=event.at,
            title=title,
            text=text,
            sessions=(event.session,),
            names=(self._name(event.session),),
            subject=about[1],
        )

    def _name(self, session: str) -> str:
        return self._names.get(session, session)
