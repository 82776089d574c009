"""The books balance to the sample, and positions know their instants."""

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.audio.format import AudioFormat
from scribe_tui.session.buffer.audio_timeline import AudioTimeline

FORMAT = AudioFormat.parse("pcm_16000")
CHUNK = 1600


def hear(ledger: AudioTimeline, chunks: int, wall: float = 1000.0) -> None:
    for _ in range(chunks):
        ledger.hear(CHUNK, wall + ledger.seconds(ledger.heard))


def spans(gaps: list) -> list[tuple[float, float]]:
    return [(gap.start_seconds, gap.end_seconds) for gap in gaps]


def test_all_sound_is_open_until_it_is_settled() -> None:
    ledger = AudioTimeline(FORMAT)
    hear(ledger, 20)
    assert ledger.account().open == 20 * CHUNK
    ledger.settle(15 * CHUNK)
    assert ledger.account().open == 5 * CHUNK


def test_a_gap_knows_both_clocks() -> None:
    ledger = AudioTimeline(FORMAT)
    hear(ledger, 10)
    gap = ledger.miss(16000 * 5, 1001.0, "source dropped")
    assert (gap.start_seconds, gap.end_seconds) == (1.0, 6.0)
    assert (gap.started_at, gap.ended_at) == (1001.0, 1006.0)
    assert ledger.wall_clock(ledger.hear(CHUNK, 1006.0)) == 1006.0


def test_what_was_lost_is_told_once_even_around_a_gap() -> None:
    ledger = AudioTimeline(FORMAT)
    hear(ledger, 10)
    ledger.miss(8000, 1001.0, "source dropped")
    hear(ledger, 10)
    assert spans(ledger.lose(ledger.heard, "stopped")) == [(0.0, 1.0), (1.5, 2.5)]
    assert ledger.account().gaps == ledger.heard == 40000
    assert ledger.lose(ledger.heard, "stopped") == []


def test_what_is_skipped_leaves_the_sound_before_it_open() -> None:
    ledger = AudioTimeline(FORMAT)
    hear(ledger, 10)
    ledger.miss(8000, 1001.0, "source dropped")
    hear(ledger, 20)
    assert spans(ledger.skip(8000, 48000, "full")) == [(0.5, 1.0), (1.5, 3.0)]
    assert ledger.skip(8000, 48000, "full") == []
    assert ledger.account().open == 8000 + 8000
    ledger.settle(8000)
    assert ledger.account().committed == 8000


def test_a_gap_at_the_end_is_not_told_again() -> None:
    ledger = AudioTimeline(FORMAT)
    hear(ledger, 10)
    ledger.settle(16000)
    ledger.miss(8000, 1001.0, "source dropped")
    assert ledger.lose(ledger.heard, "stopped") == []
    assert ledger.account().gaps == 8000


def test_wall_clock_follows_the_sound_not_the_first_second() -> None:
    ledger = AudioTimeline(FORMAT)
    ledger.hear(CHUNK, 1000.0)
    ledger.hear(CHUNK, 1000.1)
    late = ledger.hear(CHUNK, 1003.0)
    assert ledger.wall_clock(late) == 1003.0
    assert ledger.wall_clock(0) == 1000.0


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
    ledger = AudioTimeline(FORMAT)
    told = 0
    for step, value in steps:
        match step:
            case "hear":
                hear(ledger, int(value))
            case "miss":
                ledger.miss(int(value), 1000.0 + ledger.seconds(ledger.heard), "cause")
                told += int(value)
            case "lose":
                gaps = ledger.lose(int(ledger.heard * value), "cause")
                told += sum(FORMAT.samples(end - start) for start, end in spans(gaps))
            case "skip":
                start = int(ledger.heard * value)
                gaps = ledger.skip(start, (start + ledger.heard) // 2, "cause")
                told += sum(FORMAT.samples(end - start) for start, end in spans(gaps))
            case "settle":
                ledger.settle(int(ledger.heard * value))
        account = ledger.account()
        assert account.heard == account.committed + account.open + account.gaps
        assert min(account.committed, account.open, account.gaps) >= 0
        assert account.gaps == told
