"""The ring: a queue that is read without taking away, and a bounded store."""

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.session.buffer.replay_buffer import KeptChunk, ReplayBuffer


def chunk(position: int, samples: int = 100) -> KeptChunk:
    pcm = b"".join((position + i).to_bytes(2, "little") for i in range(samples))
    return KeptChunk(position, samples, pcm)


def make_ring(capacity: int = 1000) -> tuple[ReplayBuffer, list[int]]:
    changes: list[int] = []
    return ReplayBuffer(capacity, lambda: changes.append(1)), changes


def test_reading_goes_on_where_it_stopped_and_can_go_back() -> None:
    ring, _ = make_ring()
    for position in (0, 100, 200):
        ring.append(chunk(position))
    assert ring.read(0) == chunk(0)
    assert ring.read(100) == chunk(100)
    assert ring.read(300) is None
    assert ring.read(0) == chunk(0), "a replay reads again"


def test_a_piece_is_cut_to_the_sample() -> None:
    ring, _ = make_ring()
    ring.append(chunk(0))
    assert ring.read(30) == chunk(30, 70)


def test_a_gap_is_passed_over() -> None:
    ring, _ = make_ring()
    ring.append(chunk(0))
    ring.append(chunk(5000))
    assert ring.read(100) == chunk(5000)


def test_the_oldest_make_room_and_are_told() -> None:
    ring, _ = make_ring(250)
    assert ring.append(chunk(0)) == []
    assert ring.append(chunk(100)) == []
    assert ring.append(chunk(200)) == [chunk(0)]
    assert ring.start == 100
    assert ring.held_samples == 200


def test_release_keeps_what_is_partly_open() -> None:
    ring, _ = make_ring()
    ring.append(chunk(0))
    ring.append(chunk(100))
    ring.release(150)
    assert ring.start == 100
    assert ring.read(150) == chunk(150, 50)


def test_changes_and_the_close_wake_the_reader() -> None:
    ring, changes = make_ring()
    ring.append(chunk(0))
    ring.close()
    assert len(changes) == 2
    assert ring.closed


@given(st.lists(st.tuples(st.sampled_from(["append", "read", "release"]), st.integers(0, 2000))))
def test_reads_give_the_sound_of_their_position(steps: list[tuple[str, int]]) -> None:
    ring, _ = make_ring(500)
    end = 0
    for step, value in steps:
        if step == "append":
            ring.append(chunk(end))
            end += 100
        elif step == "release":
            ring.release(value)
        elif (found := ring.read(value)) is not None:
            assert found == chunk(found.position, found.samples)
            assert found.end > value
            assert found.position >= value or found.position == ring.start
