"""Quick looks at lines say what a full look says, whoever wrote the line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.event_records import from_record, to_line, to_record
from scribe_tui.events import SegmentCommitted
from scribe_tui.journal.reading import Problems, journals_of, read
from scribe_tui.journal.reading.line_scan import parsed_without_words, record_type, says_something
from scribe_tui.journal.reading.pages import LinePages
from scribe_tui.journal.reading.summary import summarise
from scribe_tui.journal.search.index import Asked, search
from tests.support.journals import closed, opened, said, write

TEXT = st.text(alphabet=st.sampled_from('ab "\\]}{[,:é日words'), max_size=12)
WORDS = st.lists(
    st.fixed_dictionaries(
        {"text": TEXT, "start_seconds": st.just(1.0), "end_seconds": st.just(2.0)}
    )
    | st.fixed_dictionaries({"text": TEXT, "chars": st.lists(st.fixed_dictionaries({"c": TEXT}))}),
    max_size=3,
)


@given(TEXT, WORDS, st.permutations(range(10)), st.sampled_from([(", ", ": "), (",", ":")]))
def test_a_line_without_its_words_has_all_else(text, words, order, separators):
    record = to_record(said(7, "x"))
    record |= {"text": text, "words": words, "language": "en", "line": 3}
    items = list(record.items())
    items = [items[place] for place in order if place < len(items)] + items[len(order) :]
    line = json.dumps(dict(items), separators=separators, ensure_ascii=False).encode() + b"\n"
    left = parsed_without_words(line)
    assert left == {key: value for key, value in json.loads(line).items() if key != "words"}
    assert record_type(line) == "segment"
    assert says_something(line) is bool(text)
    assert from_record(left) is not None


def test_words_are_not_even_parsed_where_the_form_is_ours():
    line = to_line(to_record(said(7, "engine two")))
    broken = line.replace(b'"kind": "word"', b'"kind": oops')
    assert broken != line
    assert parsed_without_words(broken)["text"] == "engine two"


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"[]\n", b'"segment"\n', b"[" * 9999, b'{"type": 7}\n']
)
def test_what_is_no_record_has_no_type(line):
    assert record_type(line) == ""
    assert not says_something(line)


def test_a_foreign_writer_loses_no_line_anywhere(tmp_path):
    """Fields in the order of the alphabet, without blanks: as jq -S and other programs write."""
    run = tmp_path / "2026-11-24T12-00-00"
    write(run, [opened()])
    with (run / "news.jsonl").open("ab") as file:
        for number in range(1, 6):
            record = to_record(said(number, f"engine {number}"))
            file.write(json.dumps(record, sort_keys=True, separators=(",", ":")).encode() + b"\n")
    write(run, [closed()])
    (journal,) = journals_of(run)
    problems = Problems()
    found = list(read(journal, problems, words=False))
    texts = [event.segment.text for event in found if isinstance(event, SegmentCommitted)]
    assert texts == [f"engine {number}" for number in range(1, 6)]
    assert problems.sentences == []
    assert summarise(run).segments == 5
    assert len(LinePages(run, "news").page(0)) == 5
    assert len(search(tmp_path, Asked("engine"), print).found) == 5
