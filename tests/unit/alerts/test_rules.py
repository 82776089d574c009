"""Which events become alerts, and what ends them."""

from __future__ import annotations

from typing import Any

from scribe_tui.alerts.alert import AlertKind
from scribe_tui.alerts.rules import AlertRules
from scribe_tui.events import (
    BudgetChanged,
    BudgetLevel,
    CommittedSegment,
    ConnectionStarted,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    HitStatus,
    Noticed,
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

BASE: dict[str, Any] = {"session": "s1", "at": 1000.0}


def error(half: Half, kind: str = "", session: str = "s1") -> ErrorRaised:
    return ErrorRaised(
        session=session, at=1000.0, half=half, title="broken", message="It broke.", kind=kind
    )


def hit(**more: Any) -> WatchHit:
    values: dict[str, Any] = {
        **BASE, "hit": 1, "watch": "w", "word": "Southwark", "heard": "Suthark",
        "tier": Tier.CLOSE, "status": HitStatus.UNCONFIRMED, "segment_number": 3,
        "source_seconds": 12.5, "quote": "the bridge at Suthark", "alert": True,
    }  # fmt: skip
    return WatchHit(**(values | more))


def told(rules: AlertRules, *events: Event) -> list[tuple[AlertKind, bool]]:
    return [(alert.kind, alert.is_over) for event in events for alert in rules.alerts(event)]


def opened(name: str = "News") -> SessionOpened:
    return SessionOpened(**BASE, name=name, source="x", audio_format="pcm_16000", commit="vad")


def connected() -> ConnectionStarted:
    return ConnectionStarted(**BASE, attempt=2, remote_session_id="r")


def budget(level: BudgetLevel, session: str = "s1") -> BudgetChanged:
    return BudgetChanged(
        session=session, at=1000.0, level=level, for_all=True, spent=8.1, limit=10.0
    )


def test_a_hit_tells_word_heard_form_name_and_quote() -> None:
    rules = AlertRules()
    rules.alerts(opened())
    (alert,) = rules.alerts(hit())
    assert alert.title == "Southwark (heard 'Suthark')"
    assert alert.text == "News: the bridge at Suthark"
    assert alert.facts["tier"] == "close"
    assert alert.facts["source_seconds"] == "12.500"
    assert rules.alerts(hit(alert=False)) == []


def test_what_an_expression_found_is_told_as_it_was_heard() -> None:
    (alert,) = AlertRules().alerts(hit(word=r"north\s+side", heard="north side", tier=Tier.EXACT))
    assert (alert.title, alert.facts["word"]) == ("north side", r"north\s+side")


def test_a_withdrawn_hit_is_over() -> None:
    (alert,) = AlertRules().alerts(hit(status=HitStatus.WITHDRAWN))
    assert alert.is_over
    assert "withdrawn" in alert.title


def test_each_trouble_has_its_all_clear_and_is_told_once() -> None:
    rules = AlertRules()
    segment = CommittedSegment(1, "text", 1.0, 0.0, 1.0)
    textless = error(Half.SPEECH, "no_text")
    pairs: list[tuple[Event, Event, AlertKind]] = [
        (error(Half.SOURCE), ErrorCleared(**BASE, half=Half.SOURCE), AlertKind.SOURCE_DOWN),
        (error(Half.SOURCE), SourceStarted(**BASE, opening=2), AlertKind.SOURCE_DOWN),
        (error(Half.SPEECH), ErrorCleared(**BASE, half=Half.SPEECH), AlertKind.SPEECH_DOWN),
        (error(Half.SPEECH), connected(), AlertKind.SPEECH_DOWN),
        (textless, PartialChanged(**BASE, text="a"), AlertKind.NO_TEXT),
        (textless, SegmentCommitted(**BASE, segment=segment), AlertKind.NO_TEXT),
        (error(Half.JOURNAL), ErrorCleared(**BASE, half=Half.JOURNAL), AlertKind.JOURNAL),
        (DeadAirChanged(**BASE, dead=True), DeadAirChanged(**BASE, dead=False), AlertKind.DEAD_AIR),
    ]  # fmt: skip
    for trouble, end, kind in pairs:
        assert told(rules, end) == []
        assert told(rules, trouble, trouble) == [(kind, False)]
        assert told(rules, end, end) == [(kind, True)]


def test_trouble_of_a_source_names_it_and_what_is_down() -> None:
    """Title and text are all that a phone shows."""
    rules = AlertRules()
    rules.alerts(opened())
    told = [alert for half in Half for alert in rules.alerts(error(half))]
    assert {(alert.title, alert.text) for alert in told} == {
        ("source down: broken", "News: It broke."), ("speech down: broken", "News: It broke."),
        ("broken", "It broke."),
    }  # fmt: skip
    (textless,) = rules.alerts(error(Half.SPEECH, "no_text"))
    assert (textless.title, textless.text) == ("broken", "News: It broke.")


def test_reconnecting_is_not_yet_text() -> None:
    rules = AlertRules()
    told(rules, error(Half.SPEECH, "no_text"))
    assert (
        told(rules, ErrorCleared(**BASE, half=Half.SPEECH), PartialChanged(**BASE, text="")) == []
    )


def test_a_budget_warns_then_stops_then_is_free_again() -> None:
    rules = AlertRules()
    (warned,) = rules.alerts(budget(BudgetLevel.WARNED))
    (stopped,) = rules.alerts(budget(BudgetLevel.STOPPED))
    assert rules.alerts(budget(BudgetLevel.STOPPED)) == [], "said again to whoever started it"
    (free,) = rules.alerts(budget(BudgetLevel.FREE))
    assert (warned.title, stopped.title, free.is_over) == ("budget at 80 %", "budget used up", True)
    assert "all sources: 8.10 of 10.00" in warned.text


def test_who_stops_or_removes_a_session_is_told_no_more_of_it() -> None:
    rules = AlertRules()
    told(rules, error(Half.SOURCE), DeadAirChanged(**BASE, dead=True))
    ended = StateChanged(**BASE, state=State.ENDED, previous=State.DRAINING)
    assert {kind for kind, over in told(rules, ended) if over} == {
        AlertKind.SOURCE_DOWN, AlertKind.DEAD_AIR,
    }  # fmt: skip
    told(rules, error(Half.SOURCE))
    assert told(rules, SessionRemoved(**BASE), SessionRemoved(**BASE)) == [
        (AlertKind.SOURCE_DOWN, True)
    ]


def test_a_failed_session_stands_until_it_is_heard_again() -> None:
    rules = AlertRules()
    told(rules, error(Half.SOURCE))
    failed = StateChanged(**BASE, state=State.FAILED, previous=State.CONNECTING)
    assert told(rules, failed, opened()) == []
    assert told(rules, SourceStarted(**BASE, opening=1)) == [(AlertKind.SOURCE_DOWN, True)]


def test_of_a_failed_session_nothing_stands_but_why_it_failed() -> None:
    rules = AlertRules()
    told(rules, DeadAirChanged(**BASE, dead=True), error(Half.SPEECH))
    failed = StateChanged(**BASE, state=State.FAILED, previous=State.CONNECTING)
    assert told(rules, failed) == [(AlertKind.DEAD_AIR, True)]
    assert told(rules, opened(), connected()) == [(AlertKind.SPEECH_DOWN, True)]


def test_what_waits_for_its_time_is_in_no_trouble() -> None:
    rules = AlertRules()
    failed = StateChanged(**BASE, state=State.FAILED, previous=State.CONNECTING)
    told(rules, error(Half.SOURCE), failed)
    over = ScheduleChanged(**BASE, on=False, reason="waits for its time")
    assert told(rules, over, over) == [(AlertKind.SOURCE_DOWN, True)]


def test_a_session_that_is_removed_leaves_nothing_standing() -> None:
    rules = AlertRules()
    told(rules, budget(BudgetLevel.STOPPED), error(Half.JOURNAL))
    ended = StateChanged(**BASE, state=State.ENDED, previous=State.DRAINING)
    assert told(rules, ended) == [], "they are the program's"
    assert sorted(told(rules, SessionRemoved(**BASE))) == [
        (AlertKind.BUDGET, True), (AlertKind.JOURNAL, True),
    ]  # fmt: skip
    assert told(rules, budget(BudgetLevel.STOPPED)) == [(AlertKind.BUDGET, False)], "as a new one"


def test_at_the_end_of_the_program_all_that_stands_is_over() -> None:
    rules = AlertRules()
    told(rules, opened(), error(Half.SOURCE), error(Half.JOURNAL, session="s2"))
    told(rules, budget(BudgetLevel.WARNED))
    over = rules.end(2000.0)
    assert {(alert.kind, alert.sessions) for alert in over} == {
        (AlertKind.SOURCE_DOWN, ("s1",)), (AlertKind.BUDGET, ("s1",)),
        (AlertKind.JOURNAL, ("s2",)),
    }  # fmt: skip
    assert all(alert.is_over and alert.at == 2000.0 for alert in over)
    assert rules.end(2000.0) == []


def test_a_renamed_session_is_called_by_its_name() -> None:
    rules = AlertRules()
    rules.alerts(opened())
    rules.alerts(SessionRenamed(**BASE, name="Evening news"))
    (alert,) = rules.alerts(error(Half.SOURCE))
    assert alert.names == ("Evening news",)
    assert alert.sessions == ("s1",)


def test_other_events_are_no_alerts() -> None:
    assert told(AlertRules(), Noticed(**BASE, text="x"), PartialChanged(**BASE, text="y")) == []


def test_the_end_of_a_source_that_is_heard_only_while_live_is_no_trouble() -> None:
    rules = AlertRules()
    rules.alerts(opened())
    follows = ScheduleChanged(**BASE, on=True, reason="live", follows_live=True)
    dead = DeadAirChanged(**BASE, dead=True)
    assert told(rules, follows, error(Half.SOURCE), dead) == []
    assert told(rules, error(Half.SPEECH)) == [(AlertKind.SPEECH_DOWN, False)]
    assert told(rules, ScheduleChanged(**BASE, on=True, reason=""), error(Half.SOURCE)) == [
        (AlertKind.SOURCE_DOWN, False)
    ]
