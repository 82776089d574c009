"""What stands behind a recording, seen as its bytes go by."""

from __future__ import annotations

import random

import pytest

from scribe_tui.audio.containers.beginnings import LOOK_BYTES
from scribe_tui.audio.containers.joined import JoinedWatch
from tests.unit.audio.conftest import MakeSound

PAIRS = [
    ("a.wav", "b.mp3"),
    ("a.mp3", "b.flac"),
    ("a.flac", "b.mp3"),
    ("a.ogg", "b.mp3"),
    ("a.m4a", "b.ogg"),
    ("a.aac", "b.mp3"),
    ("a.mka", "b.wav"),
    ("a.ts", "b.flac"),
    ("a.wv", "b.mp3"),
    ("a.aiff", "b.mp3"),
]


def holds_another(whole: bytes, sizes: random.Random) -> bool:
    watch, at = JoinedWatch(), 0
    while at < len(whole):
        size = sizes.choice([1, 37, 1400, 32_768, 200_000])
        watch.feed(whole[at : at + size])
        at += size
    watch.ended(is_all=True)
    return watch.holds_another


@pytest.mark.some(1)
@pytest.mark.parametrize(("name", "then"), PAIRS)
def test_another_recording_is_seen_wherever_the_bytes_are_cut(
    make_sound: MakeSound, name: str, then: str
) -> None:
    first, second = (make_sound(f"kinds-{each}", 6.0).read_bytes() for each in (name, then))
    tag = b"TAG" + b"a title".ljust(125, b"\0")
    for seed in range(6):
        sizes = random.Random(seed)
        assert holds_another(first + second, sizes)
        assert not holds_another(first, sizes)
        assert not holds_another(first + tag, sizes)


def test_what_a_decoder_does_not_read_is_asked_for(make_sound: MakeSound) -> None:
    first, second = (make_sound(f"kinds-{each}", 6.0).read_bytes() for each in ("a.wav", "b.mp3"))
    watch = JoinedWatch()
    watch.feed(first[:50_000])
    watch.ended(is_all=False)
    assert watch.wants == (len(first), LOOK_BYTES)
    watch.give(second)
    assert watch.wants is None
    assert watch.holds_another


def test_bytes_that_mean_nothing_are_no_recording_and_cost_little() -> None:
    for noise in (random.Random(7).randbytes(1 << 20), b"\xff" * (1 << 20), b""):
        assert not holds_another(b"\xff\xfb\x90\x00" + noise, random.Random(1))


def test_flac_on_end_is_as_long_as_its_heads_say(make_sound: MakeSound) -> None:
    flac = make_sound("kinds-a.flac", 6.0).read_bytes()
    for whole, expected in (
        (flac, None),
        (flac * 2, 12.0),
        (b"ID3\x04\0\0\0\0\0\0" + flac * 3, 18.0),
    ):
        watch = JoinedWatch()
        for at in range(0, len(whole), 1400):
            watch.feed(whole[at : at + 1400])
        watch.ended(is_all=True)
        assert watch.flac_seconds == expected
