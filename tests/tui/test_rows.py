"""Rows repaint the cells that changed; meters and headers fit any width."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import State
from scribe_tui.session.state import SessionSnapshot
from scribe_tui.tui.widgets.footer import footer_row
from scribe_tui.tui.widgets.header import header_row
from scribe_tui.tui.widgets.meter import meter
from scribe_tui.tui.widgets.rows import Piece, Row, changed_spans, width_of
from scribe_tui.tui.widgets.status import error_sentence, status_row
from tests.tui.stage import NOW, trouble


def text_of(row: Row) -> str:
    return "".join(piece.text for piece in row)


def test_only_cells_that_changed_are_painted() -> None:
    time, event = Piece("time", "00:00:01"), Piece("event", "日本")
    louder = ((Piece("level", "■■"), time, event), (Piece("loud", "■■"), time, event))
    assert changed_spans(*louder) == [(0, 2)]
    assert changed_spans((time, event), (time, event)) == []
    assert changed_spans((time,), (time, event)) == [(8, 12)]
    assert changed_spans((time, event), (time,)) == [(8, 12)]
    assert changed_spans((Piece("time", "09:59"),), (Piece("time", "10:00"),)) == [(0, 5)]
    far = (Piece("track", "a" + " " * 20), time), (Piece("track", "b" + " " * 20), time)
    assert changed_spans(*far) == [(0, 1)]
    both = (*far[0][:1], Piece("time", "1")), (*far[1][:1], Piece("time", "2"))
    assert changed_spans(*both) == [(0, 1), (21, 22)]


def test_wide_characters_are_painted_whole_and_marks_with_their_row() -> None:
    assert changed_spans((Piece("a", "日本"),), (Piece("a", "x 本"),)) == [(0, 2)]
    assert changed_spans((Piece("a", "日本語"),), (Piece("a", "日木語"),)) == [(2, 4)]
    assert changed_spans((Piece("a", "hello e"),), (Piece("a", "hello e\u0301"),)) == [(0, 7)]


PIECES = st.lists(
    st.builds(Piece, st.sampled_from(["", "a", "b"]), st.text("xy 日", max_size=8)), max_size=4
).map(tuple)


@given(PIECES, PIECES)
def test_painting_the_spans_turns_the_old_row_into_the_new(old: Row, new: Row) -> None:
    def cells(row: Row) -> list[tuple[str, str]]:
        found = []
        for part, text in row:
            for char in text:
                found += [(part, char)] if char != "日" else [(part, char), (part, "")]
        return found + [("", " ")] * (80 - len(found))

    screen, wanted = cells(old), cells(new)
    for first, last in changed_spans(old, new):
        assert wanted[first][1] != ""
        assert wanted[last][1] != ""
        screen[first:last] = wanted[first:last]
    assert screen == wanted


def test_a_meter_tells_nothing_from_silence_from_sound() -> None:
    assert text_of(meter(None, 8)) == " " * 8
    assert text_of(meter(float("-inf"), 8)) == "·" * 8
    assert text_of(meter(-59.0, 8)) == "■·······"
    assert text_of(meter(0.0, 8)) == text_of(meter(3.0, 8)) == "■" * 8
    assert [piece.part for piece in meter(-1.0, 8)] == ["level", "loud", "hot"]


@given(
    st.integers(12, 120),
    st.sampled_from(State),
    st.text("ab日", max_size=40),
    st.one_of(st.none(), st.text("xy本 ", max_size=60)),
    st.booleans(),
)
def test_a_header_is_as_wide_as_its_pane(
    width: int, state: State, name: str, title: str | None, paused: bool
) -> None:
    snapshot = SessionSnapshot(name, "source", state, 1.0, title=title, paused=paused)
    for focused in (True, False):
        row = header_row(width, 12, snapshot, focused)
        assert width - 1 <= width_of(row) <= width


@given(st.integers(20, 120), st.booleans(), st.one_of(st.none(), st.integers(0, 9999)))
def test_a_status_never_exceeds_its_pane(width: int, inline: bool, new_lines: int | None) -> None:
    snapshot = SessionSnapshot(
        "a", "source", State.BACKOFF, 90_000.0, level_dbfs=-20.0, overruns=12,
        behind_seconds=9.0, position_seconds=1.0, duration_seconds=9999.0,
        last_event="connected again", trouble=trouble("It broke.", retry_at=NOW + 3, attempt=2),
    )  # fmt: skip
    row = status_row(snapshot, width, NOW, inline_error=inline, new_lines=new_lines)
    assert width_of(row) <= width


def test_an_error_is_a_whole_sentence_where_there_is_room() -> None:
    fault = trouble("The station at radio.example closed the door. Try another one.")
    rows = error_sentence(fault, 30, 4)
    assert " ".join(text_of(row).strip() for row in rows) == fault.message
    cut = error_sentence(fault, 30, 1)
    assert text_of(cut[0]).endswith("…")
    assert error_sentence(fault, 30, 0) == []


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_the_footer_shows_whole_keys_and_always_the_way_out(width: int) -> None:
    row = footer_row(width, "4 live")
    assert width_of(row) <= width
    assert "q quit" in text_of(row)
    assert text_of(row).endswith("4 live") == (width >= 80)


def test_a_source_that_is_tried_again_is_waited_for_not_connecting() -> None:
    snapshot = SessionSnapshot(
        "a", "source", State.CONNECTING, 1.0, trouble=trouble("It broke.", retry_at=NOW + 3)
    )
    assert "▲ waiting" in text_of(header_row(60, 1, snapshot, False))
    assert "connecting" in text_of(header_row(60, 1, replace(snapshot, trouble=None), False))


def test_the_last_event_tells_its_age_in_steps_and_never_repeats_the_state() -> None:
    snapshot = SessionSnapshot(
        "a", "source", State.LIVE, 1.0, last_event="committed", last_event_at=NOW
    )

    def status(after: float) -> str:
        return text_of(status_row(snapshot, 80, NOW + after, inline_error=False, new_lines=None))

    assert status(9).endswith("committed")
    assert status(10) == status(19)
    assert status(19).endswith("committed 10 s ago")
    assert status(3599).endswith("committed 59 min ago")
    assert status(7200).endswith("committed 2 h ago")
    snapshot = replace(snapshot, last_event="live")
    assert "live" not in status(60)
