"""The replay buffer: a queue that is read without taking away, and a bounded store."""

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.session.buffer.replay_buffer import KeptChunk, ReplayBuffer


def chunk(position: int, samples: int = 100) -> KeptChunk:
    pcm = b"".join((position + i).to_bytes(2, "little") for i in range(samples))
    return KeptChunk(position, samples, pcm)


def make_buffer(capacity: int = 1000) -> tuple[ReplayBuffer, list[int]]:
    changes: list[int] = []
    return ReplayBuffer(capacity, lambda: changes.append(1)), changes


def test_reading_goes_on_where_it_stopped_and_can_go_back() -> None:
    buffer, _ = make_buffer()
    for position in (0, 100, 200):
        buffer.append(chunk(position))
    assert buffer.read(0) == chunk(0)
    assert buffer.read(100) == chunk(100)
    assert buffer.read(300) is None
    assert buffer.read(0) == chunk(0), "a replay reads again"


def test_a_piece_is_cut_to_the_sample() -> None:
    buffer, _ = make_buffer()
    buffer.append(chunk(0))
    assert buffer.read(30) == chunk(30, 70)


def test_a_gap_is_passed_over() -> None:
    buffer, _ = make_buffer()
    buffer.append(chunk(0))
    buffer.append(chunk(5000))
    assert buffer.read(100) == chunk(5000)


def test_the_oldest_make_room_and_are_told() -> None:
    buffer, _ = make_buffer(250)
    assert buffer.append(chunk(0)) == []
    assert buffer.append(chunk(100)) == []
    assert buffer.append(chunk(200)) == [chunk(0)]
    assert buffer.start == 100
    assert buffer.read(0) == chunk(100), "the oldest is gone"


def test_release_keeps_what_is_partly_open() -> None:
    buffer, _ = make_buffer()
    buffer.append(chunk(0))
    buffer.append(chunk(100))
    buffer.release(150)
    assert buffer.start == 100
    assert buffer.read(150) == chunk(150, 50)


def test_changes_and_the_close_wake_the_reader() -> None:
    buffer, changes = make_buffer()
    buffer.append(chunk(0))
    buffer.close()
    assert len(changes) == 2
    assert buffer.closed


@given(st.lists(st.tuples(st.sampled_from(["append", "read", "release"]), st.integers(0, 2000))))
def test_reads_give_the_sound_of_their_position(steps: list[tuple[str, int]]) -> None:
    buffer, _ = make_buffer(500)
    end = 0
    for step, value in steps:
        if step == "append":
            buffer.append(chunk(end))
            end += 100
        elif step == "release":
            buffer.release(value)
        elif (found := buffer.read(value)) is not None:
            assert found == chunk(found.position, found.samples)
            assert found.end > value
            assert found.position >= value or found.position == buffer.start
