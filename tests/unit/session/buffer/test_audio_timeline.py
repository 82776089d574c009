"""The timeline balances to the sample, and positions know their instants."""

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.audio.format import AudioFormat
from scribe_tui.session.buffer.audio_timeline import AudioTimeline

FORMAT = AudioFormat.parse("pcm_16000")
CHUNK = 1600


def hear(timeline: AudioTimeline, chunks: int, wall: float = 1000.0) -> None:
    for _ in range(chunks):
        timeline.add_sound(CHUNK, wall + timeline.seconds(timeline.heard))


def spans(gaps: list) -> list[tuple[float, float]]:
    return [(gap.start_seconds, gap.end_seconds) for gap in gaps]


def test_all_sound_is_open_until_it_is_settled() -> None:
    timeline = AudioTimeline(FORMAT)
    hear(timeline, 20)
    assert timeline.balance().open == 20 * CHUNK
    timeline.settle(15 * CHUNK)
    assert timeline.balance().open == 5 * CHUNK


def test_a_gap_knows_both_clocks() -> None:
    timeline = AudioTimeline(FORMAT)
    hear(timeline, 10)
    gap = timeline.add_gap(16000 * 5, 1001.0, "source dropped")
    assert (gap.start_seconds, gap.end_seconds) == (1.0, 6.0)
    assert (gap.started_at, gap.ended_at) == (1001.0, 1006.0)
    assert timeline.wall_clock(timeline.add_sound(CHUNK, 1006.0)) == 1006.0


def test_what_was_lost_is_told_once_even_around_a_gap() -> None:
    timeline = AudioTimeline(FORMAT)
    hear(timeline, 10)
    timeline.add_gap(8000, 1001.0, "source dropped")
    hear(timeline, 10)
    assert spans(timeline.give_up(timeline.heard, "stopped")) == [(0.0, 1.0), (1.5, 2.5)]
    assert timeline.balance().gaps == timeline.heard == 40000
    assert timeline.give_up(timeline.heard, "stopped") == []


def test_what_is_skipped_leaves_the_sound_before_it_open() -> None:
    timeline = AudioTimeline(FORMAT)
    hear(timeline, 10)
    timeline.add_gap(8000, 1001.0, "source dropped")
    hear(timeline, 20)
    assert spans(timeline.skip(8000, 48000, "full")) == [(0.5, 1.0), (1.5, 3.0)]
    assert timeline.skip(8000, 48000, "full") == []
    assert timeline.balance().open == 8000 + 8000
    timeline.settle(8000)
    assert timeline.balance().committed == 8000


def test_a_gap_at_the_end_is_not_told_again() -> None:
    timeline = AudioTimeline(FORMAT)
    hear(timeline, 10)
    timeline.settle(16000)
    timeline.add_gap(8000, 1001.0, "source dropped")
    assert timeline.give_up(timeline.heard, "stopped") == []
    assert timeline.balance().gaps == 8000


def test_wall_clock_follows_the_sound_not_the_first_second() -> None:
    timeline = AudioTimeline(FORMAT)
    timeline.add_sound(CHUNK, 1000.0)
    timeline.add_sound(CHUNK, 1000.1)
    late = timeline.add_sound(CHUNK, 1003.0)
    assert timeline.wall_clock(late) == 1003.0
    assert timeline.wall_clock(0) == 1000.0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), st.integers(1, 3)),
        st.tuples(st.just("miss"), st.integers(1, 50_000)),
        st.tuples(st.just("lose"), st.floats(0, 1)),
        st.tuples(st.just("skip"), st.floats(0, 1)),
        st.tuples(st.just("settle"), st.floats(0, 1)),
    ),
    max_size=40,
)


@given(STEPS)
def test_the_books_balance_whatever_happens(steps: list[tuple[str, float]]) -> None:
    timeline = AudioTimeline(FORMAT)
    told = 0
    for step, value in steps:
        match step:
            case "hear":
                hear(timeline, int(value))
            case "miss":
                timeline.add_gap(int(value), 1000.0 + timeline.seconds(timeline.heard), "cause")
                told += int(value)
            case "lose":
                gaps = timeline.give_up(int(timeline.heard * value), "cause")
                told += sum(FORMAT.samples(end - start) for start, end in spans(gaps))
            case "skip":
                start = int(timeline.heard * value)
                gaps = timeline.skip(start, (start + timeline.heard) // 2, "cause")
                told += sum(FORMAT.samples(end - start) for start, end in spans(gaps))
            case "settle":
                timeline.settle(int(timeline.heard * value))
        account = timeline.balance()
        assert account.heard == account.committed + account.open + account.gaps
        assert min(account.committed, account.open, account.gaps) >= 0
        assert account.gaps == told
