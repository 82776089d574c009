"""Tracks of a transport stream: whether the one that is heard goes on in each later map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.audio.containers.transport_stream import PACKET_BYTES, TracksWatch

AAC, MP2, FILM = 0x0F, 0x03, 0x02


def packet(number: int, section: bytes) -> bytes:
    head = bytes((0x47, 0x40 | number >> 8, number & 0xFF, 0x10, 0))
    return (head + section).ljust(PACKET_BYTES, b"\xff")


def programs(*maps: int) -> bytes:
    entries = b"".join(
        (place + 1).to_bytes(2, "big") + (0xE000 | number).to_bytes(2, "big")
        for place, number in enumerate(maps)
    )
    length = 0xB000 | 5 + len(entries) + 4
    return packet(0, b"\0" + length.to_bytes(2, "big") + bytes(5) + entries + bytes(4))


def table(*tracks: tuple[int, int], number: int = 0x100) -> bytes:
    entries = b"".join(
        bytes((kind,)) + (0xE000 | track).to_bytes(2, "big") + b"\xf0\0" for kind, track in tracks
    )
    length = 0xB000 | 9 + len(entries) + 4
    body = b"\x02" + length.to_bytes(2, "big") + bytes(7) + b"\xf0\0" + entries + bytes(4)
    return packet(number, body)


@pytest.mark.parametrize(
    ("later", "merged", "apart"),
    [
        ([table((AAC, 1))], False, False),
        ([table((AAC, 1), (AAC, 2))], False, False),
        ([table((AAC, 2))], False, True),
        ([table((MP2, 1))], True, True),
        ([table((FILM, 2), (AAC, 1))], False, False),
        ([table((FILM, 2), (AAC, 3))], True, True),
        ([table()], False, False),
        ([programs(0x200), table((AAC, 2), number=0x200)], True, True),
        ([programs(0x200), table((AAC, 1), number=0x200)], False, False),
        ([table((AAC, 2), number=0x300)], False, False),
    ],
)
def test_what_becomes_of_the_first_track(later: list[bytes], merged: bool, apart: bool) -> None:
    whole = b"".join([b"junk", programs(0x100), table((AAC, 1)), *later])
    for size in (1, 100, 10_000):
        watch = TracksWatch()
        for at in range(0, len(whole), size):
            watch.feed(whole[at : at + size])
        assert (watch.loses(0, merges=True), watch.loses(0, merges=False)) == (merged, apart)


def test_several_programs_are_not_judged() -> None:
    watch = TracksWatch()
    watch.feed(programs(0x100, 0x200) + table((AAC, 1)) + table((MP2, 9)))
    assert not watch.loses(0, merges=True)


@given(st.lists(st.binary(max_size=400) | st.just(programs(0x100)) | st.just(table((AAC, 1)))))
def test_any_bytes_are_survived(pieces: list[bytes]) -> None:
    watch = TracksWatch()
    for piece in pieces:
        watch.feed(piece)
    watch.loses(0, merges=True)
