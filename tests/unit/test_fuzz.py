"""Any input gives a result or the reader's own error, never another exception.

`SCRIBE_FUZZ=20000 python -m pytest tests/unit/test_fuzz.py` tries as many of each.
"""

import json
import os
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from scribe_tui.audio.open import check_address
from scribe_tui.audio.web.playlist import is_hls, looks_like_playlist, parse_playlist
from scribe_tui.config import load
from scribe_tui.config.names import MAX_NAME_CHARS, default_names, split_spec
from scribe_tui.config.options import OPTIONS
from scribe_tui.config.toml import read_toml
from scribe_tui.errors import UsageError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import CommittedSegment, Gap, GapRecorded, SegmentCommitted, TitleChanged
from scribe_tui.journal.file_names import Stems
from scribe_tui.journal.readable import ReadableLines
from scribe_tui.journal.repair import mend_journal
from scribe_tui.sanitize import MAX_LINE_CHARS, harmless, harmless_line, host_of, mask_url
from scribe_tui.scribe import codec
from scribe_tui.scribe.messages import Message
from tests.support.left_to_ci import examples

fuzz = settings(max_examples=int(os.environ.get("SCRIBE_FUZZ", examples(80))), deadline=None)

HOSTILE = (
    "\x00\x07\x1b[]0;mcP\\\x9b\x85\n\r\t\u2028\u2029\u200b\u200c\u202e\u2066\ufeff\ud800\ue000"
)
any_text = st.text() | st.text(alphabet=HOSTILE + "aé日 ")
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | any_text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_text, inner, max_size=3),
    max_leaves=6,
)
address_like = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "http://", "https://", "//", "mic:", "news=", "file:", "http://["]),
    st.text(alphabet="au:p@[]/?&#=%.\\ \x00\u202e1é-", max_size=30),
    st.sampled_from(["", ".m3u", ".pls?token=1", "/x.mp3", ":99999/", "@h/"]),
)


@fuzz
@given(any_text)
def test_harmless_text_holds_nothing_that_acts(text):
    plain = harmless(text)
    assert len(plain.splitlines()) <= 1
    for char in plain:
        category = unicodedata.category(char)
        assert category not in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp"), hex(ord(char))
        assert category != "Cf" or char in "\u200c\u200d"
        assert unicodedata.bidirectional(char) not in ("LRO", "RLO", "LRE", "RLE", "LRI", "RLI")
    assert harmless(plain) == plain, "a second washing finds nothing"
    assert plain.encode().decode() == plain
    line = harmless_line(text)
    assert len(line) <= MAX_LINE_CHARS
    assert harmless_line(line) == line


@fuzz
@given(st.text(alphabet=st.characters(exclude_categories=("C", "Zl", "Zp"))))
def test_ordinary_text_of_any_script_is_untouched(text):
    assert harmless(text) == text


@fuzz
@given(st.binary(max_size=80) | any_text | any_json.map(json.dumps))
def test_any_frame_is_a_message(raw):
    assert isinstance(codec.decode(raw), Message)


KINDS = st.sampled_from(
    ["session_started", "partial_transcript", "committed_transcript", "auth_error", "warning"]
) | st.just("committed_transcript_with_timestamps")
FIELDS = st.sampled_from(["text", "words", "error", "warning", "session_id", "language_code"])


@fuzz
@given(KINDS, st.dictionaries(FIELDS, any_json))
def test_fields_of_any_type_are_a_message_without_controls(kind, fields):
    message = codec.decode(json.dumps(fields | {"message_type": kind}))
    assert isinstance(message, Message)
    repr(message).encode()


@fuzz
@given(
    st.sampled_from(["", "[playlist]\nFile1=", "#EXTM3U\n", "<asx><ref href='", "<playlist xspf"]),
    any_text | address_like,
    address_like.map("http://h/{}".format),
    any_text,
)
def test_any_playlist_leads_to_web_addresses_only(start, text, url, content_type):
    try:
        found = parse_playlist(start + text, url, content_type) or []
    except ValueError:
        with pytest.raises(UsageError):  # then the address it came from was none
            check_address(url)
        return
    is_hls(text)
    assert all(entry.startswith(("http://", "https://")) for entry in found)


@fuzz
@given(address_like | any_text)
def test_an_address_is_taken_or_refused_in_words(address):
    try:
        check_address(address)
    except UsageError as error:
        assert error.sentence == harmless(error.sentence)
        return
    if "://" in address:
        looks_like_playlist(address)
    assert host_of(address).encode("utf-8", "surrogatepass")


@fuzz
@given(address_like | any_text, st.text(alphabet="pqr", min_size=8, max_size=12))
def test_a_password_is_masked_wherever_the_address_stands(text, password):
    assume(password not in text)
    shown = mask_url(f"{text} http://ada:{password}@radio.example/a?token={password}&x=1")
    assert password not in shown
    assert "radio.example" in shown


@fuzz
@given(address_like | any_text)
def test_a_source_is_named_or_refused(spec):
    try:
        name, address = split_spec(spec)
    except UsageError as error:
        assert error.sentence == harmless(error.sentence)
        return
    assert address
    names = [name] if name is not None else default_names([address, address])
    for each in names:
        assert each
        assert len(each) <= MAX_NAME_CHARS
        assert each == harmless(each)


@fuzz
@given(st.lists(any_text, min_size=2, max_size=6, unique=True))
def test_names_become_files_of_their_own(tmp_path_factory, names):
    stems = Stems()
    folder = tmp_path_factory.mktemp("stems")
    for name in names:
        (folder / f"{stems.of(name)}.jsonl").touch(exist_ok=False)
    assert len(list(folder.iterdir())) == len(names)


toml_value = st.recursive(
    st.booleans() | st.integers() | st.floats() | any_text.map(json.dumps) | any_text,
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
toml_line = st.one_of(
    st.sampled_from(["[[source]]", "[source]", 'source = "mic"', 'name = "x"', "[a.b]", "source"]),
    st.builds("{} = {}".format, st.sampled_from([item.name for item in OPTIONS]), toml_value),
    any_text,
)


@fuzz
@given(st.lists(toml_line, max_size=8).map("\n".join) | any_text)
def test_any_settings_file_is_read_or_refused_by_its_name(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "stations.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read_toml(file)
        load({}, [], {}, file)
    except UsageError as error:
        assert error.sentence == harmless(error.sentence)


@fuzz
@given(st.sampled_from([item.name for item in OPTIONS]), any_text)
def test_any_flag_or_variable_is_taken_or_refused_in_words(name, text):
    for flags, variables in (({name: text}, {}), ({}, {f"SCRIBE_{name.upper()}": text})):
        try:
            load(flags, ["mic"], variables)
        except UsageError as error:
            assert error.sentence == harmless(error.sentence)


@fuzz
@given(st.lists(any_text, max_size=3), st.binary(max_size=60) | any_json.map(json.dumps))
def test_any_journal_is_mended_to_whole_lines_and_loses_none(tmp_path_factory, texts, tail):
    whole = b"".join(_lines_of(text)[0] for text in texts)
    tail = tail if isinstance(tail, bytes) else tail.encode("utf-8", "replace")
    file = tmp_path_factory.getbasetemp() / "a.jsonl"
    file.write_bytes(whole + tail.replace(b"\n", b""))
    before = file.read_bytes()
    cut = mend_journal(file)
    mended = file.read_bytes()
    assert mended.startswith(whole)
    if cut:
        assert mended == whole, "a torn line goes whole"
    else:
        assert mended.removesuffix(b"\n") == before.removesuffix(b"\n")
    assert mend_journal(file) == 0
    assert file.read_bytes() == mended


@fuzz
@given(any_text)
def test_any_event_is_one_whole_line_in_each_file(text):
    record, readable = _lines_of(text)
    assert record.count(b"\n") == 1
    assert json.loads(record)["type"] == "segment"
    assert len(readable.decode().splitlines()) == 2, "the day and the text"
    for event in (
        TitleChanged(session="a", at=1.0, title=text),
        GapRecorded(session="a", at=1.0, gap=Gap(0.0, 1.0, 1.0, 2.0, text)),
    ):
        assert len(ReadableLines().of(event).decode().splitlines()) == 2
        assert to_line(to_record(event)).count(b"\n") == 1


def _lines_of(text):
    event = SegmentCommitted(session="a", at=1.0, segment=CommittedSegment(1, text, 1.0, 0.0, 1.0))
    return to_line(to_record(event)), ReadableLines().of(event)
