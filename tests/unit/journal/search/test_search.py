"""Search: quick by an index, and right whatever has become of the index."""

import json
import os
import re
import shutil
import sqlite3
from contextlib import closing
from unittest.mock import Mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scribe_tui.errors import UsageError
from scribe_tui.event_records import from_record, to_line, to_record
from scribe_tui.events import SegmentCommitted, SegmentRedacted
from scribe_tui.journal.retention.locks import is_in_use
from scribe_tui.journal.search import INDEX_NAME, catch_up
from scribe_tui.journal.search.follower import IndexFollower
from scribe_tui.journal.search.index import Asked, search
from scribe_tui.journal.search.pattern import literal_of
from tests.support.journals import START, opened, said, write
from tests.support.left_to_ci import examples
from tests.support.waiting import wait_until

TEXTS = [
    "the bridge is closed",
    "Bridge open, road closing soon",
    "a café near the BRIDGE",
    "東京は今日も晴れです",
    "大阪 and the bridge 東京駅",
    "สวัสดีครับ กรุงเทพ",
    "100% sure of O'Brien's call",
]


@pytest.fixture
def logs(tmp_path):
    run = tmp_path / "logs" / "2026-11-24T12-00-00"
    write(run, [opened(), *(said(number, text) for number, text in enumerate(TEXTS, 1))])
    return tmp_path / "logs"


def find(logs, text, **options):
    """Texts of what is found, and what was said about the index."""
    said_of_index = []
    answer = search(logs, Asked(text, **options), said_of_index.append)
    return [found.line.text for found in answer.found], said_of_index


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("bridge AND clos*", [2, 1]),
        ("bridge", [5, 3, 2, 1]),
        ("bridge clos*", [2, 1]),
        ("bridge NOT closed", [5, 3, 2]),
        ('"bridge is"', [1]),
        ("(cafe OR open) bridge", [3, 2]),
        ("café", [3]),
        ("東京", [5, 4]),
        ("今日も", [4]),
        ("東京 AND bridge", [5]),
        ("กรุงเทพ", [6]),
        ("O'Brien's", [7]),
        ("100%", [7]),
        ("bridge -- ;", [5, 3, 2, 1]),
        ("nothing", []),
        ("((", []),
        ("* AND", []),
        ("NOT bridge", []),
    ],
)
def test_words_find_lines_newest_first(logs, query, numbers):
    found, told = find(logs, query)
    assert found == [TEXTS[number - 1] for number in numbers]
    assert told == []


@settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.text(min_size=1) | st.text(alphabet="()\"* ANDORT東京'-", min_size=1))
def test_no_query_is_an_error(logs, query):
    find(logs, query)


@pytest.mark.parametrize(
    "pattern", ["clos(ed|ing)", "b.idge", "BRIDGE is", "(?i)open", "^the", "駅$", r"[x\]]*bridge"]
)
def test_an_expression_finds_what_reading_every_line_finds(logs, pattern):
    wanted = [text for text in reversed(TEXTS) if re.search(pattern, text, re.IGNORECASE)]
    assert wanted
    assert find(logs, pattern, is_regex=True)[0] == wanted


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        ("bridge", "bridge"),
        ("bridges?", "bridge"),
        ("bridge*x", "bridg"),
        ("clos(ed|ing)", ""),
        ("clos(ed)?", "clos"),
        ("ab", ""),
        ("[bridge]", ""),
        (r"\bridge", "ridge"),
        (r"\x41bridge", ""),
        (r"[]bridge]x", ""),
        (r"[(]bridge", "bridge"),
        (r"bridge\d", "bridge"),
        ("a{2}bridge", "bridge"),
        ("bridge{0}", "bridg"),
        ("(?:x)bridge", ""),
        ("brücke", ""),
    ],
)
def test_a_literal_is_only_what_every_match_contains(pattern, literal):
    assert literal_of(pattern) in (literal, "cke" if pattern == "brücke" else literal)


def test_a_wrong_expression_is_a_sentence(logs):
    with pytest.raises(UsageError, match="no regular expression"):
        find(logs, "(a", is_regex=True)


def test_what_is_new_is_found_at_once_over_rotations(logs):
    run = logs / "2026-11-24T12-00-00"
    find(logs, "bridge")
    write(run, [said(20, "fresh bridge")])
    assert find(logs, "fresh")[0] == ["fresh bridge"]
    (run / "news.jsonl").rename(run / "news.0001.jsonl")
    write(run, [said(21, "later bridge")])
    assert find(logs, "bridge")[0][:3] == ["later bridge", "fresh bridge", TEXTS[4]]
    assert len(find(logs, "bridge")[0]) == 6
    (run / "news.0001.jsonl").unlink()
    assert find(logs, "bridge")[0] == ["later bridge"]
    shutil.rmtree(run)
    assert find(logs, "bridge")[0] == []


def test_half_a_line_is_read_once_it_is_whole(logs):
    file = logs / "2026-11-24T12-00-00" / "news.jsonl"
    line = to_line(to_record(said(20, "in two halves")))
    with file.open("ab") as stream:
        stream.write(line[:50])
    assert find(logs, "halves")[0] == []
    with file.open("ab") as stream:
        stream.write(line[50:])
    assert find(logs, "halves")[0] == ["in two halves"]


def test_a_journal_that_was_changed_is_read_anew(logs):
    file = logs / "2026-11-24T12-00-00" / "news.jsonl"
    find(logs, "bridge")
    content = file.read_bytes()
    file.write_bytes(content.replace(b"is closed", b"is locked"))
    os.utime(file, (START + 9, START + 9))
    assert find(logs, "locked")[0] == ["the bridge is locked"]
    assert find(logs, "closed")[0] == []
    file.write_bytes(content[: content.rfind(b"\n", 0, -1) + 1])
    assert find(logs, "Brien")[0] == []


def test_a_journal_in_whose_place_another_was_written_is_found_once(logs):
    assert find(logs, "closed")[0] == [TEXTS[0]]
    path = next(logs.glob("*/*.jsonl"))
    first, rest = path.read_bytes().split(b"\n", 1)
    path.write_bytes(first.replace(b'"v": 2', b'"v":  2') + b"\n" + rest)
    for _ in range(2):
        assert find(logs, "closed")[0] == [TEXTS[0]]


def test_redactions_and_corrections_are_found_and_what_they_replaced_is_not(logs):
    run = logs / "2026-11-25T12-00-00"
    write(
        run,
        [opened(corrections={"Suthark": "Southwark"}), said(1, "in Suthark"), said(2, "call 555")],
    )
    assert find(logs, "Southwark")[0] == ["in Southwark"]
    assert find(logs, "Suthark")[0] == []
    assert find(logs, "555")[0] == ["call 555"]
    late = SegmentRedacted(
        session="news", at=START + 99, segment_number=2, text="call 555", redacted_text="call ***"
    )
    write(run, [late])
    assert find(logs, "555")[0] == []
    assert "call ***" in find(logs, "call")[0]
    assert find(logs, "5{3}", is_regex=True)[0] == []


def test_source_since_context_and_limit(logs):
    run = logs / "2026-11-24T12-00-00"
    write(run, [opened("talk"), said(1, "bridge talk", "talk", at=300)])
    assert find(logs, "bridge", source="talk")[0] == ["bridge talk"]
    assert len(find(logs, "bridge", since=START + 35)[0]) == 2
    answer = search(logs, Asked("open", context=1), print)
    (found,) = answer.found
    assert [line.text for line in found.before] == [TEXTS[0]]
    assert [line.text for line in found.after] == [TEXTS[2]]
    assert search(logs, Asked("bridge", limit=2), print).more


def execute(path, statement):
    with closing(sqlite3.connect(path)) as database:
        database.executescript(statement)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b"not a database " * 1000),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: os.truncate(path, path.stat().st_size // 2),
        lambda path: path.write_bytes(
            path.read_bytes()[:4096] + b"\xa5" * (path.stat().st_size - 4096)
        ),
        lambda path: execute(path, "DROP TABLE lines"),
        lambda path: execute(path, "PRAGMA user_version = 1"),
        lambda path: path.unlink(),
    ],
)
def test_a_harmed_index_never_gives_a_wrong_answer(logs, harm):
    right = find(logs, "bridge")[0]
    path = logs / INDEX_NAME
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    harm(path)
    found, _ = find(logs, "bridge")
    assert found == right
    assert find(logs, "bridge") == (right, []), "it is whole again"


def test_a_locked_index_is_said_and_the_journals_are_read(logs, monkeypatch):
    monkeypatch.setattr("scribe_tui.journal.search.schema.BUSY_SECONDS", 0.05)
    find(logs, "bridge")
    write(logs / "2026-11-24T12-00-00", [said(20, "fresh bridge")])
    other = sqlite3.connect(logs / INDEX_NAME, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    found, told = find(logs, "bridge")
    assert found[0] == "fresh bridge"
    assert len(found) == 5
    assert "all journals were read instead" in told[0]
    other.execute("ROLLBACK")
    other.close()


def test_where_files_cannot_be_locked_the_journals_are_read(logs, monkeypatch):
    monkeypatch.setattr("scribe_tui.journal.retention.locks.fcntl", None)
    found, told = find(logs, "bridge")
    assert len(found) == 4
    assert told == [
        "The index cannot be used (this system cannot lock files): all journals were read instead."
    ]
    assert is_in_use(logs / "2026-11-24T12-00-00"), "nobody can say that it is not"


def test_a_folder_that_cannot_be_written_is_searched_all_the_same(logs):
    (logs / INDEX_NAME).mkdir()
    found, told = find(logs, "bridge")
    assert len(found) == 4
    assert told


def test_the_index_follows_a_recording_once_somebody_searched(logs):
    run = logs / "2026-11-24T12-00-00"
    follower = IndexFollower(run, look_seconds=0.01)
    find(logs, "bridge")
    write(run, [said(20, "fresh bridge")])

    def indexed():
        database = sqlite3.connect(logs / INDEX_NAME)
        try:
            return database.execute("SELECT count(*) FROM lines").fetchone()[0]
        finally:
            database.close()

    wait_until(lambda: indexed() == 8)
    follower.close()


def test_what_people_write_means_what_they_mean(tmp_path):
    texts = ["The bridge is closed 🔥", "bridge and river", "नमस्ते दुनिया", "नम आँखें"]
    write(
        tmp_path / "2026-11-24T12-00-00",
        [opened(), *(said(n, text) for n, text in enumerate(texts, 1))],
    )
    first, river, hello, wet = texts
    wanted = {
        "bridge AND NOT closed": [river], "bridge NOT closed": [river], "🔥": [first],
        "bridge 🔥": [first], "🔥🔥": [], "नमस्ते": [hello], "नम": [wet], "clos*": [first],
        "close*": [first], "c*": [first],
    }  # fmt: skip
    assert {query: find(tmp_path, query)[0] for query in wanted} == wanted


def test_a_query_too_long_is_refused_and_deep_brackets_are_none(tmp_path):
    write(tmp_path / "2026-11-24T12-00-00", [opened(), said(1, "日本 bridge")])
    for query in (" ".join(["bridge"] * 3000), " OR ".join(["日本"] * 300), "NOT " * 2000):
        with pytest.raises(UsageError, match="more than 200 words"):
            find(tmp_path, query)
    for query in ("(" * 3000 + "bridge" + ")" * 3000, " ".join(["日本"] * 199)):
        assert find(tmp_path, query) == (["日本 bridge"], [])


def test_times_are_the_journals_also_of_lines_of_one_instant_and_before_1970(tmp_path):
    run = tmp_path / "2026-11-24T12-00-00"
    same = [said(number, f"same {number}", at=7.123) for number in range(1, 80)]
    others = [said(100, "odd", at=8.0004567), said(101, "early", at=-START - 5.25)]
    events = [event for event in (*same, *others) if isinstance(event, SegmentCommitted)]
    write(run, [opened(), *events])
    answer = search(tmp_path, Asked("same OR odd OR early", limit=500), pytest.fail)
    found = {each.line.number: each.line for each in answer.found}
    assert len(found) == len(answer.found) == len(events)
    for event in events:
        one, line = event.segment, found[event.segment.number]
        assert line.at == from_record(json.loads(to_line(to_record(event)))).segment.started_at
        assert line.start_seconds == pytest.approx(one.start_seconds, abs=0.0006)
        assert line.end_seconds == pytest.approx(one.end_seconds, abs=0.0006)


def test_a_file_that_fails_amid_reading_is_said_and_no_line_of_it_is_doubled(logs, monkeypatch):
    path = logs / "2026-11-24T12-00-00" / "news.jsonl"
    write(path.parent, [said(1, "bridge of another source", "talk")])
    with monkeypatch.context() as patch:
        patch.setattr(catch_up, "_tail", Mock(side_effect=OSError(5, "Input/output error")))
        found, told = find(logs, "bridge")
        assert found == []
        assert len(told) == 2
        assert str(path) in told[0]
    found, told = find(logs, "bridge")
    assert len(found) == 5
    assert told == []
