"""The same alert from several panes within 90 s is one; each trouble has one all-clear."""

from __future__ import annotations

from scribe_tui.alerts.alert import Alert, AlertKind
from scribe_tui.alerts.grouping import Grouping
from tests.support.memory import held_bytes


def alert(kind: AlertKind, session: str, *, over: bool = False, subject: str = "") -> Alert:
    return Alert(
        kind=kind, at=1.0, title="t", text="x.", sessions=(session,), names=(session.upper(),),
        subject=subject, is_over=over,
    )  # fmt: skip


def down(session: str) -> Alert:
    return alert(AlertKind.SOURCE_DOWN, session)


def up(session: str) -> Alert:
    return alert(AlertKind.SOURCE_DOWN, session, over=True)


def heard(session: str, *, over: bool = False, subject: str = "w\nfire") -> Alert:
    return alert(AlertKind.HIT, session, over=over, subject=subject)


def test_a_word_heard_on_several_panes_is_one_hit() -> None:
    grouping = Grouping()
    assert len(grouping.add(heard("a"), 0.0)) == 1
    assert grouping.add(heard("b"), 10.0) == []
    assert grouping.add(heard("c"), 89.0) == []
    assert len(grouping.add(heard("c", subject="w\nflood"), 89.5)) == 1
    assert len(grouping.add(heard("b"), 91.0)) == 1


def test_the_same_pane_may_hear_it_again() -> None:
    grouping = Grouping()
    assert len(grouping.add(heard("a"), 0.0)) == 1
    assert len(grouping.add(heard("a"), 40.0)) == 1


def test_only_what_was_told_is_withdrawn() -> None:
    grouping = Grouping()
    grouping.add(heard("a"), 0.0)
    grouping.add(heard("b"), 1.0)
    assert grouping.add(heard("b", over=True), 2.0) == []
    assert len(grouping.add(heard("a", over=True), 3.0)) == 1


def test_where_the_one_told_of_is_withdrawn_another_pane_s_takes_its_place() -> None:
    grouping = Grouping()
    grouping.add(heard("a"), 0.0)
    for session in "bcd":
        assert grouping.add(heard(session), 1.0) == []
    assert grouping.add(heard("b", over=True), 2.0) == []
    told = grouping.add(heard("a", over=True), 3.0)
    assert [(one.sessions, one.is_over) for one in told] == [(("a",), True), (("c",), False)]
    told = grouping.add(heard("c", over=True), 4.0)
    assert [(one.sessions, one.is_over) for one in told] == [(("c",), True), (("d",), False)]
    assert [one.is_over for one in grouping.add(heard("d", over=True), 5.0)] == [True]


def test_a_withdrawn_hit_silences_no_other_pane() -> None:
    grouping = Grouping()
    grouping.add(heard("a"), 0.0)
    grouping.add(heard("a", over=True), 3.0)
    assert len(grouping.add(heard("b"), 10.0)) == 1


def test_trouble_that_passes_at_once_is_none() -> None:
    grouping = Grouping()
    assert grouping.add(down("a"), 0.0) == []
    assert grouping.next_at == 5.0
    assert grouping.add(up("a"), 3.0) == []
    assert grouping.next_at is None
    assert grouping.due(100.0) == []


def test_trouble_of_several_panes_is_one_alert_that_names_them() -> None:
    grouping = Grouping()
    for number, session in enumerate("abcdefgh"):
        assert grouping.add(down(session), number / 10) == []
    (told,) = grouping.due(5.0)
    assert told.count == 8
    assert told.names == tuple("ABCDEFGH")
    assert told.text == "x. Also: B, C, D, E, F and 2 more."


def test_who_joins_within_the_window_follows_at_its_end() -> None:
    grouping = Grouping()
    grouping.add(down("a"), 0.0)
    assert len(grouping.due(5.0)) == 1
    assert grouping.add(down("b"), 30.0) == []
    assert grouping.add(down("c"), 40.0) == []
    assert grouping.due(94.0) == []
    (told,) = grouping.due(95.0)
    assert told.names == ("B", "C")


def test_the_all_clear_comes_with_the_last_and_names_all() -> None:
    grouping = Grouping()
    grouping.add(down("a"), 0.0)
    grouping.add(down("b"), 1.0)
    grouping.due(5.0)
    assert grouping.add(up("a"), 10.0) == []
    (clear,) = grouping.add(up("b"), 20.0)
    assert clear.is_over
    assert clear.names == ("A", "B")


def test_a_source_that_flaps_is_told_at_most_once_in_a_window() -> None:
    grouping = Grouping()
    told = []
    for second in range(0, 180, 20):
        told += grouping.add(down("a"), float(second))
        told += grouping.due(second + 8.0)
        told += grouping.add(up("a"), second + 9.0)
    assert [one.is_over for one in told] == [False, True] * 2


def test_a_warning_that_becomes_worse_is_told_again() -> None:
    grouping = Grouping()
    grouping.add(alert(AlertKind.BUDGET, "a"), 0.0)
    assert len(grouping.due(5.0)) == 1
    grouping.add(alert(AlertKind.BUDGET, "a"), 20.0)
    assert len(grouping.due(25.0)) == 1


def test_what_is_remembered_is_bounded() -> None:
    grouping = Grouping()
    for number in range(500):
        grouping.add(heard("a", subject=f"{number:06}"), float(number))
    full = held_bytes(grouping)
    for number in range(500, 3000):
        grouping.add(heard("a", subject=f"{number:06}"), float(number))
    assert held_bytes(grouping) <= 1.3 * full
