"""Only keys that a person pressed come out as keys, whatever a terminal sends and however cut."""

from __future__ import annotations

import os
import threading
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.message import Message

from scribe_tui.tui.terminal.keyboard import (
    MAX_CHARS,
    PASTE_GAP_SECONDS,
    SEQUENCE_SECONDS,
    Item,
    Keyboard,
    Pasted,
    Plain,
    Sequence,
)
from scribe_tui.tui.terminal.keys_in import MOST_AHEAD, KeysIn, as_textual_takes
from tests.support.memory import held_bytes

ANSWERS = (
    b"\x1b[?62;22c",  # DA1
    b"\x1b[>41;354;0c",  # DA2
    b"\x1bP>|xterm.js(5.5.0)\x1b\\",  # XTVERSION
    b"\x1b]11;rgb:0000/2b2b/3636\x07",  # OSC 11
    b"\x1b]11;rgb:0000/2b2b/3636\x1b\\",
    b"\x1b[?2026;2$y",
    b"\x1b[?1u",
    b"\x1bP1+r544e=787465726d\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[8;50;200t",
)


def come(*pieces: bytes, gap: float = 0.2, rest: float = 10.0) -> list[Item]:
    """All that comes out of `pieces` that arrive `gap` seconds apart, and after a rest."""
    keyboard, now, items = Keyboard(), 0.0, list[Item]()
    for piece in pieces:
        items += keyboard.feed(piece, now)
        end = now + gap
        while (due_at := keyboard.due_at) is not None and due_at < end:
            items += keyboard.tick(due_at)
        now = end
    items += keyboard.tick(now + rest)
    assert keyboard.due_at is None
    return items


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_is_one_sequence_wherever_it_is_cut(answer: bytes) -> None:
    for cut in range(2, len(answer)):
        for gap in (0.001, 0.5, 2.0):
            assert come(answer[:cut], answer[cut:], gap=gap) == [Sequence(answer.decode())]
    assert come(*(bytes([byte]) for byte in answer), gap=0.0001) == [Sequence(answer.decode())]


@pytest.mark.parametrize("answer", [*ANSWERS, b"\x1b[O", b"\x1b[I", b"\x1bOP", b"\x1b[3~"])
def test_what_is_cut_behind_its_escape_is_that_key_and_no_other(answer: bytes) -> None:
    """Whoever waits longer for it would make the key itself slow."""
    escape, whole = Plain("\x1b"), Sequence(answer.decode())
    assert come(answer[:1], answer[1:], gap=0.5) == [escape, whole]
    assert come(answer[:1], answer[1:3], answer[3:], gap=0.3) == [escape, whole]
    for text in (b"Pause", b"Only", b"x[0]", b"s"):
        assert Sequence not in map(type, come(b"\x1b", text, gap=0.5))


def test_the_oldest_report_of_a_mouse_may_hold_any_bytes() -> None:
    assert come(b"\x1b[M \xf0\xf1", b"s") == [Sequence("\x1b[M \ufffd\ufffd"), Plain("s")]
    assert come(b"\x1b[M \xe2\x80", b"s") == [Sequence("\x1b[M \ufffd\ufffd"), Plain("s")]


@given(st.lists(st.sampled_from(ANSWERS), max_size=4), st.binary(max_size=30))
def test_answers_never_come_out_as_keys(answers: list[bytes], cuts: bytes) -> None:
    stream, pieces = b"".join(answers), []
    for cut in cuts:
        size = cut % 7 + 2
        pieces.append(stream[:size])
        stream = stream[size:]
    items = come(*pieces, stream, gap=0.001)
    assert not [item for item in items if isinstance(item, Plain)]


@pytest.mark.parametrize("gap", [0.0001, 0.1])
def test_the_end_mark_within_a_paste_makes_no_key_of_what_follows_it(gap: float) -> None:
    pieces = (b"\x1b[200~q", b"\x1b[200~y\x1b[201~", b"s", b"\x1b[201~", b"\x1b[113;5u", b"D")
    assert come(*pieces, gap=gap) == [Pasted("qy"), Pasted("sD")]
    assert come(b"".join(pieces)) == [Pasted("qy"), Pasted("sD")]
    assert come(b"\x1b[200~q\x1b[201~", b"s", gap=0.3) == [Pasted("q"), Plain("s")], "a key"


def test_keys_are_keys() -> None:
    assert come(b"q") == [Plain("q")]
    assert come(b"2s") == [Plain("2"), Plain("s")], "a fast hand"
    assert come(b"\x1b") == [Plain("\x1b")]
    assert come(b"\x1b[A", b"\x1bOB", b"\x1b[5~", b"\x1b[113;;113u") == [
        Sequence("\x1b[A"), Sequence("\x1bOB"), Sequence("\x1b[5~"), Sequence("\x1b[113;;113u"),
    ]  # fmt: skip
    assert come(b"\x1b[[A") == [Sequence("\x1b[[A")]
    assert come(b"\x1b\x1b[A") == [Plain("\x1b"), Sequence("\x1b[A")]
    assert come("日é".encode()) == [Plain("日"), Plain("é")]
    assert come(b"jjjjjj") == [Plain("j")] * 6, "a key held down on a slow line"


def test_what_is_no_utf_8_is_nothing_and_the_next_key_counts() -> None:
    assert come(b"\xe9", b"q") == [Plain("q")]
    assert come(b"\xff\xfe\x9b") == []


@pytest.mark.parametrize("gap", [0.0, 0.0005, 0.005, 0.012, 0.025])
def test_a_burst_is_a_paste_however_it_is_cut(gap: float) -> None:
    text = b"quit y the pressing costs\ry\r"
    assert come(*(bytes([byte]) for byte in text), gap=gap) == [Pasted(text.decode())]
    assert come(text[:5], text[5:], gap=0.1) == [Pasted(text.decode())]


def test_a_bracketed_paste_is_one_whatever_is_in_it() -> None:
    assert come(b"\x1b[200~qy\x1b[A\x03c\r\x1b[201~", b"s") == [Pasted("qy\x03c\r"), Plain("s")]


@pytest.mark.parametrize("wrapped", [True, False])
def test_of_a_paste_that_is_too_long_it_is_known_that_it_was_cut(wrapped: bool) -> None:
    begin, end = (b"\x1b[200~", b"\x1b[201~") if wrapped else (b"", b"")
    for count, is_cut in ((MAX_CHARS, False), (MAX_CHARS + 1, True), (3 * MAX_CHARS, True)):
        text = "ab" * (count // 2) + "c" * (count % 2)
        assert come(begin + text.encode() + end) == [Pasted(text[:MAX_CHARS], is_cut)]


def test_a_paste_that_is_cut_off_ends_and_keys_live_again() -> None:
    assert come(b"\x1b[200~qy the", b"q", gap=PASTE_GAP_SECONDS * 2) == [
        Pasted("qy the"),
        Plain("q"),
    ]


@pytest.mark.parametrize("cut", [b"\x1b[?62;2", b"\x1b]11;rgb:00", b"\x1bP>|xter", b"\x1bO"])
def test_a_sequence_that_is_cut_off_is_given_up(cut: bytes) -> None:
    assert come(cut, b"q", gap=SEQUENCE_SECONDS * 1.1) == [Plain("q")]
    assert come(cut, b"\x03") == [Plain("\x03")], "ctrl+c is heard in the midst of it"


def test_what_never_ends_takes_no_more_room() -> None:
    for begin in (b"\x1b]", b"\x1b[200~"):
        keyboard = Keyboard()
        assert list(keyboard.feed(begin, 0.0)) == []
        for _ in range(40):
            assert list(keyboard.feed(b"x" * 10_000, 0.0)) == []
        assert held_bytes(keyboard) <= 12 * MAX_CHARS, "a reference and a sign each, at most"


@given(st.lists(st.binary(max_size=12), max_size=8), st.sampled_from([0.0, 0.02, 0.3, 4.0]))
def test_any_bytes_come_to_an_end(pieces: list[bytes], gap: float) -> None:
    come(*pieces, gap=gap)


def pressed(*sequences: str) -> list[str]:
    """What Textual makes of them, in the names of keys and of other messages."""
    parser, found = XTermParser(), list[str]()
    for sequence in sequences:
        if (known := as_textual_takes(sequence)) is not None:
            for message in parser.feed(known):
                found.append(_name(message))
    assert [_name(message) for message in parser.feed("z")] == ["z"], "nothing is left over"
    return found


def _name(message: Message) -> str:
    return message.key if isinstance(message, events.Key) else type(message).__name__


@pytest.mark.parametrize(
    ("sequence", "keys"),
    [
        ("\x1b[97u", ["a"]),
        ("\x1b[97;;97u", ["a"]),
        ("\x1b[97:65;2:1;65u", ["A"]),  # kitty tells alternate keys and the type of event
        ("\x1b[97;1:2u", ["a"]),
        ("\x1b[99;5u", ["ctrl+c"]),
        ("\x1b[1;5A", ["ctrl+up"]),
        ("\x1b[1;1:1A", ["up"]),
        ("\x1b[13;2u", ["shift+enter"]),
        ("\x1b[57427~", ["kp_begin"]),
        ("\x1b[5~", ["pageup"]),
        ("\x1b[I", ["AppFocus"]),
        ("\x1b[<0;5;5M", ["MouseDown"]),
    ],
)
def test_keys_are_keys_however_much_a_terminal_tells_of_them(sequence: str, keys: list[str]):
    assert pressed(sequence) == keys


@pytest.mark.some(4)
@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b[97;1:3u",  # let go
        "\x1b[99999999999u",
        "\x1b[1114112u",
        "\x1b[55296u",
        "\x1b[97;;1114112u",
        "\x1b[97;;97:u",
        "\x1b[;;u",
        "\x1b[113~",
        "\x1b[113A",
        "\x1b[M   ",
        "\x1b[M\n\n\n",
        "\x1b[<" + "0" * 40 + "1;1;1M",
        "\x1b[<0;" + "9" * 20 + ";1M",
        "\x1b[48;0;0;0;0t",
        "\x1b[48;99999;99999;0;0t",
        "\x1b[?2048;1$y",
        "\x1b[0;0R",
    ],
)
def test_what_no_person_pressed_ends_nothing_and_is_nothing(sequence: str) -> None:
    assert pressed(sequence) == []


@given(
    st.lists(
        st.builds(
            "\x1b[{}{}{}".format,
            st.sampled_from(["", "<", "?", "48;", "1;", "M"]),
            st.text(alphabet="0123456789;:-$٣", max_size=30),
            st.sampled_from("u~ABCDEFHPQRSmMtyIO"),
        ),
        max_size=4,
    )
)
def test_no_sequence_ends_the_thread_that_reads_keys(sequences: list[str]) -> None:
    pressed(*sequences)


def test_a_storm_of_focus_and_mouse_waits_in_the_terminal() -> None:
    passed: list[str] = []
    rests: list[int] = []
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    keys = KeysIn(
        lambda message: passed.append(_name(message)),
        lambda _columns, _rows: None,
        rest=lambda: rests.append(len(passed)),
    )
    sent = b"\x1b[?62;22c" * 200  # a whole read without any key
    sent += b"\x1b[<64;1;1M" * 1500 + b"\x1b[I\x1b[O" * 300 + b"\x1b[<35;1;1M" * 300 + b"\x1b[A"
    assert os.write(writer, sent) == len(sent)
    os.close(writer)
    assert not keys.read_until(threading.Event(), reader), "it is gone"
    os.close(reader)
    assert passed.count("MouseScrollUp") == 1500, "each is a step"
    assert passed[-1] == "up"
    assert passed.count("MouseMove") < 20
    assert passed.count("AppFocus") + passed.count("AppBlur") < 20
    assert [name for name in passed if name.startswith("App")][-1] == "AppBlur"
    assert max(after - before for before, after in pairwise([0, *rests])) <= MOST_AHEAD + 103
