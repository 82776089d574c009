"""Rows repaint the cells that changed; meters and headers fit any width."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import Half, State
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.display_status import shown_state
from scribe_tui.tui.rendering.styled_rows import Piece, Row, changed_spans, width_of
from scribe_tui.tui.widgets.key_bar import key_row, key_rows
from scribe_tui.tui.widgets.meter import meter
from scribe_tui.tui.widgets.pane_header import header_row, now_playing
from scribe_tui.tui.widgets.pane_status import error_sentence, next_try, status_row
from tests.tui.stage import NOW, Stage, settle, trouble

SNAPSHOT = SessionSnapshot(
    session="a", name="a", source="source", state=State.LIVE, elapsed_seconds=1.0
)


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
    assert changed_spans((Piece("a", "so 日本"),), (Piece("a", "so 日木"),)) == [(5, 7)]
    assert changed_spans((Piece("a", "so"),), (Piece("b", "so"),)) == [(0, 2)]
    assert changed_spans((Piece("a", "ab"),), (Piece("a", "a"), Piece("b", "b"))) == [(1, 2)]
    assert changed_spans((Piece("a", "it grew"),), (Piece("a", "it grew on"),)) == [(7, 10)]
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
    snapshot = SessionSnapshot(name, name, "source", state, 1.0, title=title, paused=paused)
    for focused in (True, False):
        row = header_row(width, 12, snapshot, focused)
        assert width - 1 <= width_of(row) <= width


@given(st.integers(20, 120), st.booleans(), st.one_of(st.none(), st.integers(0, 9999)))
def test_a_status_never_exceeds_its_pane(width: int, inline: bool, new_lines: int | None) -> None:
    snapshot = SessionSnapshot(
        "a", "a", "source", State.BACKOFF, 90_000.0, level_dbfs=-20.0, overruns=12,
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


async def test_what_the_service_warns_of_is_a_sentence_above_the_status() -> None:
    stage = Stage("one")
    warning = "The service warns: this machine cannot follow 12 sources at once, only about 3."
    async with stage.app.run_test(size=(50, 20)) as pilot:
        stage.controls.show("one", warning=warning, last_event=warning.lower())
        stage.app.monitor.sample()
        await settle(pilot, lambda: "cannot follow" in stage.text())
        said = " ".join(line.strip(" │┃") for line in stage.text().splitlines())
        assert warning in said
        assert said.count("service warns") == 1
        stage.controls.show("one", warning="", last_event="")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "warns" not in stage.text())


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 200])
def test_the_footer_shows_whole_keys_and_always_the_way_out(width: int) -> None:
    row = key_row(width)
    assert width_of(row) <= width
    assert "q quit" in text_of(row)


def test_the_footer_says_that_the_zoom_key_leads_back() -> None:
    assert "z zoom" in text_of(key_row(80))
    assert "z unzoom" in text_of(key_row(80, frozenset({"zoom"})))


def test_a_title_gives_up_the_name_of_its_station_before_it_is_cut() -> None:
    title = "Coast Weather - Tonight"
    assert now_playing(title, "coast-weather", 40) == title
    assert now_playing(title, "coast-weather", 12) == "Tonight"
    assert now_playing(title, "coast-weather", 5) == "Toni…"
    assert now_playing(title, "another", 12) == "Coast Weath…"
    assert now_playing("Coast Weather - ", "coast-weather", 12) == "Coast Weath…"


def status_of(width: int, **facts: Any) -> str:
    snapshot = SessionSnapshot("a", "a", "source", facts.pop("state", State.LIVE), 12.0, **facts)
    return text_of(status_row(snapshot, width, NOW, inline_error=False, new_lines=None))


def test_progress_is_said_in_the_longest_form_that_fits() -> None:
    facts = {"level_dbfs": -30.0, "position_seconds": 19.0, "duration_seconds": 26.0}
    assert status_of(60, **facts).endswith("00:00:12  73 %, 0:07 left")
    assert status_of(37, **facts).endswith("00:00:12  0:07 left")
    assert status_of(24, **facts).endswith("00:00:12  73 %")
    assert status_of(20, **facts).endswith("00:00:12")


def test_a_file_that_is_over_has_nothing_left() -> None:
    facts = {"state": State.ENDED, "position_seconds": 26.0, "duration_seconds": 26.0}
    assert status_of(40, **facts).endswith("100 % of 0:26")


def test_the_next_try_is_whole_in_the_smallest_pane() -> None:
    fault = trouble("It broke.", retry_at=NOW + 8, attempt=3)
    waiting = status_of(24, state=State.BACKOFF, trouble=fault)
    assert waiting == f" ○○○ {next_try(fault, NOW)[0]}"


def test_an_event_sheds_its_age_before_it_is_cut() -> None:
    facts = {"state": State.FAILED, "last_event": "404 Not Found", "last_event_at": NOW - 20}
    assert status_of(40, **facts).endswith("404 Not Found 20 s ago")
    assert status_of(24, **facts).endswith("404 Not Found")


def test_a_source_that_is_tried_again_is_down_not_connecting() -> None:
    snapshot = SessionSnapshot(
        "a", "a", "source", State.CONNECTING, 1.0, trouble=trouble("It broke.", retry_at=NOW + 3)
    )
    assert "▲ source down" in text_of(header_row(60, 1, snapshot, False))
    assert "connecting" in text_of(header_row(60, 1, replace(snapshot, trouble=None), False))


@pytest.mark.parametrize("retry_at", [None, NOW + 3])
def test_nothing_is_live_while_its_station_is_down(retry_at: float | None) -> None:
    fault = trouble("It broke.", retry_at=retry_at)
    down = replace(SNAPSHOT, state=State.LIVE, trouble=fault)
    assert "live" not in text_of(header_row(60, 1, down, False))
    assert shown_state(down) is State.BACKOFF
    assert shown_state(replace(down, trouble=replace(fault, half=Half.JOURNAL, retry_at=None))) is (
        State.LIVE
    )


def test_the_last_event_tells_its_age_in_steps_and_never_repeats_the_state() -> None:
    snapshot = SessionSnapshot(
        "a", "a", "source", State.LIVE, 1.0, last_event="gap", last_event_at=NOW
    )

    def status(after: float) -> str:
        return text_of(status_row(snapshot, 80, NOW + after, inline_error=False, new_lines=None))

    assert status(9).endswith("gap")
    assert status(10) == status(19)
    assert status(19).endswith("gap 10 s ago")
    assert status(3599).endswith("gap 59 min ago")
    assert status(7200).endswith("gap 2 h ago")
    snapshot = replace(snapshot, last_event="live")
    assert "live" not in status(60)


def test_what_is_normal_is_no_news_for_long() -> None:
    fresh = {"last_event": "connected", "last_event_at": NOW - 5}
    assert status_of(80, **fresh).endswith("connected")
    assert "connected" not in status_of(80, **(fresh | {"last_event_at": NOW - 30}))
    assert "committed" not in status_of(80, **(fresh | {"last_event": "committed"}))


def test_all_is_well_without_a_word_and_trouble_has_one_in_a_narrow_pane() -> None:
    assert "live" not in text_of(header_row(40, 1, SNAPSHOT, False))
    named = replace(SNAPSHOT, name="a station of a very long name", dead_air=True)
    assert text_of(header_row(28, 1, named, False)).endswith(" ▲ dead air ")


def test_where_little_is_to_be_sent_clock_and_meter_go_in_steps() -> None:
    def low_bandwidth(seconds: float, level_dbfs: float) -> str:
        snapshot = replace(SNAPSHOT, elapsed_seconds=seconds, level_dbfs=level_dbfs)
        row = status_row(snapshot, 80, NOW, inline_error=False, new_lines=None, low_bandwidth=True)
        return text_of(row)

    assert low_bandwidth(131.0, -30.0) == low_bandwidth(139.9, -36.0)
    assert "00:02:10" in low_bandwidth(139.9, -36.0)
    assert "00:02:20" in low_bandwidth(140.0, -36.0)
    assert low_bandwidth(140.0, -10.0) != low_bandwidth(140.0, -36.0)


def test_how_much_quiet_sound_is_raised_stands_by_the_meter() -> None:
    def row(width: int, gain_db: float) -> str:
        snapshot = SessionSnapshot(
            session="a", name="a", source="mic", state=State.LIVE, elapsed_seconds=5,
            level_dbfs=-40.0, gain_db=gain_db,
        )  # fmt: skip
        return text_of(status_row(snapshot, width, NOW, inline_error=False, new_lines=None))

    assert "··· +12 dB 00:00:05" in row(80, 11.6)
    assert "dB" not in row(80, 0.3)
    assert "dB" not in row(30, 12.0)


def test_the_key_that_stops_says_that_it_starts_what_is_stopped() -> None:
    assert "s start" in text_of(key_row(80, frozenset({"stop"})))


def test_the_most_useful_keys_stay_in_a_narrow_footer() -> None:
    text = text_of(key_row(40))
    assert text.split() == ["c", "commit", "s", "stop", "?", "help", "q", "quit"]


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_a_long_answer_takes_two_rows_and_is_cut_only_behind_them(width: int) -> None:
    answer = "No sound was kept of that time. Memory holds the last half minute and no more."
    rows = key_rows(width, message=Piece("said", answer))
    assert [width_of(row) <= width for row in rows] == [True] * len(rows)
    said = " ".join(text_of(row).removeprefix(" q quit").strip() for row in rows)
    assert text_of(rows[0]).startswith(" q quit ")
    assert said == answer if width >= 60 else said.endswith("…")
    assert len(rows) == (1 if width == 200 else 2)
