"""The numbers of a live HLS list's segments run on, whatever the server counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web import hls
from scribe_tui.audio.web.media_sequence import MediaSequence
from scribe_tui.audio.web.opening import Opening
from tests.support.fetched import live_list
from tests.support.raw_server import raw_server
from tests.unit.audio.web.test_fetched_hls import hls_of

KEY = '#EXT-X-KEY:METHOD=AES-128,URI="k"'


def listing(first: int | str | None, *names: str, key: str = "") -> str:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:1"]
    lines += [] if first is None else [f"#EXT-X-MEDIA-SEQUENCE:{first}"]
    lines += [key] if key else []
    return "\n".join([*lines, *(f"#EXTINF:1,\n{name}" for name in names)]) + "\n"


def numbered(*lists: str) -> list[dict[int, str]]:
    """The segments of each list, by the numbers that the decoder is told."""
    sequence = MediaSequence()
    return [
        {each.number: each.address for each in hls.segments(sequence.follow(text))}
        for text in lists
    ]


def test_a_server_that_counts_well_is_given_as_it_is() -> None:
    sequence = MediaSequence()
    lists = (listing(5, "a", "b"), listing(6, "b", "c"), listing(9, "e"), listing(4000, "x"))
    assert [sequence.follow(each) for each in lists] == list(lists)


@pytest.mark.parametrize("anew", [0, 1, 499])
def test_an_encoder_that_counts_anew_goes_on_behind_its_last(anew: int) -> None:
    lists = (listing(500, "a", "b", "c"), listing(anew, "x"), listing(anew, "x", "y"))
    assert numbered(*lists)[1:] == [{503: "x"}, {503: "x", 504: "y"}]


def test_a_list_that_is_older_than_the_one_before_is_known() -> None:
    newer, older = listing(6, "b", "c", "d"), listing(5, "a", "b", "c")
    assert numbered(newer, older)[1] == {5: "a", 6: "b", 7: "c"}


def test_one_that_counts_anew_what_it_listed_before_repeats_nothing() -> None:
    lists = (listing(500, "a", "b", "c"), listing(0, "b", "c", "d"), listing(1, "c", "d", "e"))
    assert numbered(*lists)[1:] == [
        {501: "b", 502: "c", 503: "d"},
        {502: "c", 503: "d", 504: "e"},
    ]


@pytest.mark.parametrize("first", [-1, "abc", "", None, 7, "9" * 20, "9" * 30])
def test_a_count_that_is_none_or_stands_still_is_made_up_for(first: int | str | None) -> None:
    lists = [listing(first, *names) for names in ("abc", "abc", "bcd", "cdef", "xy")]
    start = 7 if first == 7 else 0
    assert [min(found) - start for found in numbered(*lists)] == [0, 0, 1, 2, 6]


def test_addresses_may_hold_a_password_that_changes_with_each_list() -> None:
    lists = (listing(500, "a?t=1", "b?t=1"), listing(499, "z?t=2", "a?t=2"), listing(0, "b?t=3"))
    assert [min(found) for found in numbered(*lists)] == [500, 499, 501]


def test_segments_may_be_told_apart_by_their_queries_alone() -> None:
    assert numbered(listing(500, "s?n=1", "s?n=2"), listing(0, "s?n=2", "s?n=3"))[1] == {
        501: "s?n=2",
        502: "s?n=3",
    }


def test_the_numbers_that_keys_count_by_stay_those_of_the_server() -> None:
    sequence = MediaSequence()
    sequence.follow(listing(500, "a", key=KEY))
    lines = sequence.follow(listing(3, "x", "y", key=KEY)).splitlines()
    assert [line for line in lines if "IV" in line] == [f"{KEY},IV=0x{n:032X}" for n in (3, 4)]
    assert lines.index("x") == lines.index(f"{KEY},IV=0x{3:032X}") + 1
    assert KEY not in lines
    with_vector = listing(0, "z", key=f"{KEY},IV=0x1")
    assert sequence.follow(with_vector).count("IV=") == 1


def test_lists_that_hold_one_address_many_times_cost_little() -> None:
    sequence = MediaSequence()
    sequence.follow(listing(None, *"a" * 20_000, "b"))
    sequence.follow(listing(None, *"a" * 19_999, "c"))


@pytest.mark.parametrize("first", ["-1", "0"])
async def test_a_station_whose_encoder_starts_anew_is_heard_on(
    decoder: str, audio_format: AudioFormat, tmp_path: Path, first: str
) -> None:
    files = hls_of(decoder, tmp_path / "hls")
    names = sorted(name for name in files if name.endswith(".ts"))
    files |= {f"/again{name[1:]}": files[name] for name in names}
    again = [f"again{name[1:]}" for name in names]
    lists = listing(500, *names[:3]), listing(first, *again)

    async with raw_server(live_list(files, *lists)) as server:
        playing = await Opening(audio_format, SourceOptions()).play(server.url("/list"))
        try:
            wanted = audio_format.samples(6.5) * SAMPLE_BYTES
            await playing.decoder.wait_for(wanted)
            assert playing.decoder.buffered_bytes >= wanted
            assert playing.route.missed(7.0) == 0
        finally:
            await playing.stop()
