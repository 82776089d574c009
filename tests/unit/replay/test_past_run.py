"""What is known at an instant of a run is the same whether it was played or jumped to."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.events import (
    Event,
    Noticed,
    PartialChanged,
    SegmentCommitted,
    SegmentRedacted,
    SessionRenamed,
    State,
)
from scribe_tui.journal.reading import journals_of
from scribe_tui.replay import index as index_module
from scribe_tui.replay.past_run import PastRun
from scribe_tui.replay.tape import Tape
from tests.support.journals import START, closed, missed, opened, said, write
from tests.support.night import BEGUN, Night


def recording(run: Path) -> PastRun:
    return PastRun(journals_of(run))


def rest(played: PastRun, until: float = float("inf")) -> list[Event]:
    """All that comes from here, up to an instant."""
    events = []
    while played.next_at is not None and played.next_at <= until:
        events.append(played.take())
    return events


def texts(events: list[Event]) -> list[str]:
    return [event.segment.text for event in events if isinstance(event, SegmentCommitted)]


def test_a_jump_ends_where_playing_would_have(tmp_path: Path) -> None:
    run = Night("news", 3, partials=True).write(tmp_path)
    jumped = recording(run)
    chance = random.Random(12)
    for _ in range(25):
        at = BEGUN + chance.uniform(0, 3 * 3600)
        played = recording(run)
        before = rest(played, at)
        shown = jumped.wind(at)
        assert texts(before)[-len(texts(shown)) :] == texts(shown)
        assert len(texts(shown)) >= min(190, len(texts(before)))
        facts, expected = jumped.tapes["news"].facts, played.tapes["news"].facts
        assert facts.snapshot(at) == expected.snapshot(at)
        assert jumped.next_at == played.next_at


def test_the_partial_that_stood_is_shown_after_a_jump(tmp_path: Path) -> None:
    run = Night("news", 0.2, partials=True).write(tmp_path)
    shown = recording(run).wind(BEGUN + 128)
    assert isinstance(shown[-1], PartialChanged)
    assert not isinstance(recording(run).wind(BEGUN + 131)[-1], PartialChanged)


def test_a_run_that_was_killed_ends_with_its_last_line(tmp_path: Path) -> None:
    played = recording(write(tmp_path, [opened(), said(1, "one"), said(2, "two"), said(3, "x")]))
    assert played.ended_at == rest(played)[-1].at


def test_facts_of_a_moment(tmp_path: Path) -> None:
    run = Night("news", 2).write(tmp_path)
    played = recording(run)

    def at(past: float):
        played.wind(BEGUN + past)
        return played.tapes["news"].facts.snapshot(BEGUN + past)

    assert at(0).state is State.CONNECTING
    assert at(100).state is State.LIVE
    assert at(100).elapsed_seconds == 100
    assert at(100).lights.text
    assert at(100).heard_seconds == 99
    away = at(1810)
    assert away.trouble is not None
    assert away.trouble.retry_at == BEGUN + 1808
    assert not away.lights.arriving
    assert at(1870).trouble is None
    silent = at(2750)
    assert silent.dead_air
    assert silent.lights.arriving
    assert not silent.lights.sound
    assert not silent.lights.text
    assert at(3700).title == "Hour 2"
    over = at(7201)
    assert over.state is State.ENDED
    assert over.elapsed_seconds == 7201


def test_a_clock_that_was_set_back_changes_labels_and_not_the_order(tmp_path: Path) -> None:
    events = [opened(), said(1, "one"), said(2, "two", at=3000), said(3, "three", at=600)]
    played = recording(write(tmp_path, [*events, said(4, "four", at=700)]))
    assert texts(rest(played)) == ["one", "two", "three", "four"]
    assert played.ended_at - played.begun_at == pytest.approx(3000 + 100, abs=5)
    shown = played.wind(played.begun_at + 3050)
    assert texts(shown) == ["one", "two", "three"]


def test_what_was_redacted_later_is_never_shown(tmp_path: Path) -> None:
    late = SegmentRedacted(
        session="news", at=START + 90, segment_number=1, text="my number", redacted_text="[gone]"
    )
    said_before = PartialChanged(session="news", at=START + 11, text="my number")
    events = [opened(), said_before, said(1, "my number"), said(2, "more"), late]
    run = write(tmp_path, events)
    everything = rest(recording(run)) + recording(run).wind(START + 15)
    assert "my number" not in repr(everything)
    assert texts(everything) == ["[gone]", "more", "[gone]"]


def test_parts_whose_beginning_is_gone(tmp_path: Path) -> None:
    opening = {"type": "continued", "v": 2, "session": "news", "at": "2026-11-24T12:00:05+00:00",
               "opened_at": "2026-11-24T12:00:00+00:00", "name": "news", "source": "radio.example",
               "audio_format": "pcm_16000", "commit": "vad"}  # fmt: skip
    (tmp_path / "news.0001.jsonl").write_text(json.dumps(opening) + "\n", encoding="utf-8")
    write(tmp_path, [said(7, "seven")], file="news.0001.jsonl")
    opening["at"] = "2026-11-24T12:01:30+00:00"
    (tmp_path / "news.jsonl").write_text(json.dumps(opening) + "\n", encoding="utf-8")
    write(tmp_path, [said(9, "nine", at=95)])
    played = recording(tmp_path)
    assert texts(rest(played)) == ["seven", "nine"]
    facts = played.tapes["news"].facts
    assert (facts.source, facts.state, facts.segments) == ("radio.example", State.LIVE, 9)
    assert texts(played.wind(START + 200)) == ["seven", "nine"]


def test_journals_of_the_version_before(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"type": "session_start", "at": "2026-11-24T12:00:00.000+00:00", "source": "a.example",
         "audio_format": "pcm_16000", "commit": "vad"},
        {"type": "state", "at": "2026-11-24T12:00:01.000+00:00", "state": "live",
         "previous": "connecting", "reason": ""},
        {"type": "segment", "at": "2026-11-24T12:00:10.000+00:00", "number": 1, "text": "hello",
         "started_at": "2026-11-24T12:00:05.000+00:00", "start_seconds": 4, "end_seconds": 8,
         "words": []},
        {"type": "gap", "at": "2026-11-24T12:00:20.000+00:00", "start_seconds": 9,
         "end_seconds": 12, "started_at": "2026-11-24T12:00:10.000+00:00",
         "ended_at": "2026-11-24T12:00:13.000+00:00", "cause": "station dropped"},
    ]  # fmt: skip
    text = "".join(
        json.dumps({"type": line["type"], "session": "old", **line}) + "\n" for line in lines
    )
    (tmp_path / "old.jsonl").write_text(text, encoding="utf-8")
    played = recording(tmp_path)
    assert texts(rest(played)) == ["hello"]
    assert played.tapes["old"].facts.state is State.LIVE
    assert len(played.marks.counts) == 1
    assert played.instant_of("+4") == START + 5


def test_times_as_users_write_them(tmp_path: Path) -> None:
    Night("a", 1).write(tmp_path)
    played = recording(tmp_path)
    assert played.instant_of("2026-11-24T12:30:00+00:00") == BEGUN + 1800
    assert played.instant_of("-10m") == pytest.approx(played.ended_at - 600)
    assert played.instant_of("+60") == pytest.approx(BEGUN + 60)
    with pytest.raises(UsageError):
        played.instant_of("noon")


def test_two_files_of_one_id_are_two_sources(tmp_path: Path) -> None:
    write(tmp_path, [opened(), said(1, "one")], file="news.jsonl")
    write(tmp_path, [opened(), said(1, "two")], file="news-copy.jsonl")
    played = recording(tmp_path)
    assert len(played.tapes) == 2
    assert {event.session for event in rest(played)} == set(played.tapes)


def test_a_run_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        recording(tmp_path)
    (tmp_path / "news.jsonl").write_bytes(b'{"type": "weather", "session": "news"}\n')
    with pytest.raises(UsageError):
        recording(tmp_path)


def test_damage_is_passed_over_and_told_once(tmp_path: Path) -> None:
    run = write(tmp_path, [opened(), said(1, "one")])
    with (run / "news.jsonl").open("ab") as file:
        file.write(b"\xff\xfe nonsense\n[1, 2]\n" + b'{"type": "weather", "session": "news"}\n')
    write(run, [said(2, "two"), closed()])
    with (run / "news.jsonl").open("ab") as file:
        file.write(b'{"type": "segment", "v": 2, "session": "news", "at": "2026-11-24T12:0')
    played = recording(run)
    assert texts(rest(played)) == ["one", "two"]
    played.wind(START + 1)
    assert len(rest(played)) > 1
    assert len(played.problems) == 3


def test_a_part_that_goes_away_is_told_and_the_rest_is_played(tmp_path: Path) -> None:
    run = write(tmp_path, [opened(), said(1, "one")])
    write(run, [opened("other"), said(1, "other", "other")])
    played = recording(run)
    (run / "news.jsonl").unlink()
    assert texts(played.wind(START + 60)) == ["other"]
    assert "news.jsonl cannot be read" in " ".join(played.problems)


def test_texts_of_others_are_harmless(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07\x1b[2Jx\u202ey\x9b31m"
    events = [opened(), SessionRenamed(session="news", at=START + 1, name=evil), said(1, evil)]
    raw = [json.dumps(record).encode() + b"\n" for record in map(_raw, events)]
    (tmp_path / "news.jsonl").write_bytes(b"".join(raw))
    played = recording(tmp_path)
    shown = played.wind(START + 60)
    spoken = "".join(texts(shown)) + played.tapes["news"].facts.name
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(spoken)


def _raw(event: Event) -> dict[str, object]:
    from scribe_tui.event_records import to_record

    return to_record(event)


def test_the_index_stays_small_and_jumps_stay_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "MOST_PLACES", 16)
    run = Night("news", 3).write(tmp_path)
    tape = recording(run).tapes["news"]
    assert len(tape.index.places) <= 16
    assert texts(tape.wind(BEGUN + 5005))[-1] == texts(rest(recording(run), BEGUN + 5005))[-1]


def test_a_minute_of_many_megabytes_is_not_read_through_for_a_jump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = [
        Noticed(session="news", at=START + 1 + number / 1000, text=f"{number} {'x' * 400}")
        for number in range(12_000)
    ]
    run = write(tmp_path, [opened(), *notes, missed(50, 55)])
    tape: Tape = recording(run).tapes["news"]
    taken = 0
    take = Tape.take

    def counted(self: Tape) -> Event:
        nonlocal taken
        taken += 1
        return take(self)

    monkeypatch.setattr(Tape, "take", counted)
    tape.wind(START + 13)
    assert 0 < taken < 11_000
