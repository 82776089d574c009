"""A pane as one line: what it says at every width, and that its words stand still."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    PartialChanged,
    SegmentCommitted,
    State,
)
from scribe_tui.sanitize import harmless
from scribe_tui.session.status.snapshot import Lights, SessionSnapshot
from scribe_tui.transcript import Transcript
from scribe_tui.tui.figures.display_status import display_status
from scribe_tui.tui.finding.decor import Decorations
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.widgets.steady_partial import SteadyPartial
from scribe_tui.tui.widgets.ticker import LatestWords, LineFacts, Ticker, hour_cells, name_cells
from tests.tui.stage import NOW, trouble

NO_MARKS = Decorations()


def text_of(row: Row) -> str:
    return "".join(piece.text for piece in row)


def facts(width: int = 120, name: str = "coast-weather", **changes: Any) -> LineFacts:
    own: dict[str, Any] = {"unread": 0, "new_hits": 0, "chosen": False, "heard": False}
    own |= {key: changes.pop(key) for key in own if key in changes}
    known: dict[str, Any] = {"state": State.LIVE, "elapsed_seconds": 1} | changes
    shown = SessionSnapshot("s", name, "source", **known)
    return LineFacts(
        **own,
        number=4,
        snapshot=shown,
        how=display_status(shown),
        hour="▂" * hour_cells(width),
        waits="",
        name_cells=name_cells(width, [name]),
        now=NOW,
    )


def line(width: int, about: LineFacts, said: str = "a strong wind is expected") -> str:
    ticker = Ticker()
    ticker.facts = about
    words = lambda cells: (Piece("committed", said[:cells]),)  # noqa: E731
    row = ticker.row(Piece("spine", " "), words, width)
    assert width_of(row) <= width
    return text_of(row)


def test_a_line_says_how_it_stands_its_hour_what_is_new_and_the_latest_words() -> None:
    lights = Lights(arriving=True, sound=True)
    assert line(120, facts(lights=lights, unread=2)) == (
        "  4 coast-weather   ●●○ " + "▂" * 24 + "   2 a strong wind is expected"
    )
    assert " 99+ " in line(120, facts(unread=1234))
    assert " 99+ " not in line(120, facts(unread=1234, chosen=True)), "it is looked at"


def test_trouble_is_a_sign_and_a_sentence_in_place_of_words() -> None:
    down = trouble("404 Not Found. Check the address.", retry_at=NOW + 8, attempt=3)
    said = line(140, facts(140, trouble=down, state=State.BACKOFF))
    assert " ▲ ○○○ " in said
    assert said.endswith("404 Not Found. Check the address. Next try in 8 s (3)")
    assert line(90, facts(90, trouble=down)).endswith("404 Not Found. Next try in 8 s (3)")
    assert line(60, facts(60, trouble=down)).endswith("trouble, in 8 s")
    assert "dead air  a strong wind" in line(120, facts(dead_air=True))


@given(
    st.integers(60, 400),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=60),
    st.integers(0, 9999),
    st.sampled_from(list(State)),
)
def test_columns_stand_one_below_the_other_at_every_width(
    width: int, name: str, unread: int, state: State
) -> None:
    about = facts(width, name, state=state, unread=unread, new_hits=min(unread, 1))
    ticker = Ticker()
    ticker.facts = about
    row = ticker.row(Piece("spine", " "), lambda _: (), width)
    before_hour = row[: next(place for place, piece in enumerate(row) if piece.part == "hour")]
    assert width_of(before_hour) == about.name_cells + 11
    assert width_of(row) <= width


def heard(*events: Event) -> tuple[Transcript, SteadyPartial]:
    transcript, steady = Transcript(), SteadyPartial()
    for event in events:
        transcript.apply(event)
        steady.follow(event, transcript.partial)
    return transcript, steady


def partial(text: str) -> Event:
    return PartialChanged(session="s", at=NOW, text=text)


def committed(text: str) -> Event:
    return SegmentCommitted(session="s", at=NOW, segment=CommittedSegment(1, text, NOW, 0, 1))


WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=9), min_size=1, max_size=60)


@given(WORDS, st.integers(20, 100))
def test_words_stand_still_while_more_come_and_move_by_half_a_row_when_it_is_full(
    words: list[str], width: int
) -> None:
    latest, transcript = LatestWords(), Transcript()
    before, moves = "", 0
    text = ""
    for word in words:
        text = f"{text} {word}".strip()
        shown = text_of(latest.row(transcript, text, NO_MARKS, width))
        assert len(shown) <= width
        assert text.endswith(shown.split(" ")[-1])
        if not shown.startswith(before):
            moves += 1
        before = shown
    assert moves <= len(text) // max(1, (width - 1) // 2 - 9) + 1


@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 100))
def test_words_of_any_script_take_no_more_than_their_room(said: str, grey: str, width: int) -> None:
    transcript, _ = heard(committed(harmless(said)))
    row = LatestWords().row(transcript, harmless(grey), NO_MARKS, width)
    assert width_of(row) <= width


def test_the_end_of_the_line_before_stands_in_front_of_a_partial_that_begins() -> None:
    transcript, _ = heard(committed("The ferry has left."))
    latest = LatestWords()
    row = latest.row(transcript, "and it", NO_MARKS, 60)
    assert text_of(row) == "The ferry has left. and it"
    assert [piece.part for piece in row] == ["committed", "", "partial"]
    transcript.apply(committed("And it rains."))
    assert text_of(latest.row(transcript, "", NO_MARKS, 60)) == "And it rains."


def test_a_gap_is_said_in_a_few_words() -> None:
    gap = GapRecorded(session="s", at=NOW, gap=Gap(0, 14.2, NOW, NOW, "dropped"))
    transcript, _ = heard(committed("Before."), gap)
    assert text_of(LatestWords().row(transcript, "", NO_MARKS, 60)) == "not heard 0:14"


def test_a_word_once_shown_stays_until_its_commit_unless_it_changed() -> None:
    events: list[Event] = []

    def shown(event: Event) -> str:
        events.append(event)
        return heard(*events)[1].text

    assert shown(partial("the cat sat")) == "the cat sat"
    assert shown(partial("the cat")) == "the cat sat"
    assert shown(partial("")) == "the cat sat"
    assert shown(partial("the cat sat down")) == "the cat sat down"
    assert shown(partial("the bat")) == "the bat", "it changed"
    assert shown(committed("The bat.")) == ""
    assert shown(partial("the")) == "the"


def test_a_source_on_the_speakers_has_a_sign_where_trouble_has_none() -> None:
    assert " ▶ " in line(120, facts(heard=True))
    assert "▶" not in line(120, facts())
    assert "▲" in line(120, facts(heard=True, state=State.BACKOFF, trouble=trouble("404.")))


def test_an_error_for_good_is_told_in_its_first_sentence_where_there_is_no_room_for_all() -> None:
    wrong = trouble("The service refused the key. Check ELEVENLABS_API_KEY, then press r.")
    about: dict[str, Any] = {"state": State.FAILED, "trouble": wrong}
    assert line(200, facts(200, **about)).endswith("then press r.")
    assert line(100, facts(100, **about)).endswith(" The service refused the key.")
    assert line(60, facts(60, **about)).endswith(" trouble")
