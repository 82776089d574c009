"""What a station repeats at joining is not passed on twice."""

from __future__ import annotations

from array import array

import pytest

from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.session.capture.rejoin import Rejoin
from tests.support.babble import babble

FORMAT = AudioFormat.parse("pcm_16000")


@pytest.fixture
def old() -> array[int]:
    """Twelve seconds that were heard."""
    return babble(12, seed=1)


def chunks(samples: array[int]) -> list[AudioChunk]:
    pcm = samples.tobytes()
    return [AudioChunk(pcm[at : at + 3200], 1000.0 + at / 32000) for at in range(0, len(pcm), 3200)]


async def passed_on(rejoin: Rejoin, sound: list[AudioChunk]) -> bytes:
    rejoin.opened()
    taken = [await rejoin.take(chunk) for chunk in sound]
    return b"".join(chunk.pcm for some in taken for chunk in some)


async def test_the_first_opening_is_not_delayed(old: array[int]) -> None:
    rejoin = Rejoin(FORMAT)
    rejoin.opened()
    first = chunks(old)[0]
    assert await rejoin.take(first) == [first]


async def test_a_repetition_is_dropped_to_the_sample(old: array[int]) -> None:
    rejoin = Rejoin(FORMAT)
    news = babble(3, seed=5)
    assert await passed_on(rejoin, chunks(old)) == old.tobytes()
    assert await passed_on(rejoin, chunks(old[-70_000:] + news)) == news.tobytes()
    assert rejoin.seamless


async def test_new_sound_passes_whole(old: array[int]) -> None:
    rejoin = Rejoin(FORMAT)
    news = babble(3, seed=5)
    await passed_on(rejoin, chunks(old))
    assert await passed_on(rejoin, chunks(news)) == news.tobytes()
    assert not rejoin.seamless


async def test_what_is_too_short_to_compare_is_left_out(old: array[int]) -> None:
    rejoin = Rejoin(FORMAT)
    await passed_on(rejoin, chunks(old))
    assert await passed_on(rejoin, chunks(old[-12_000:])) == b""
    assert await passed_on(rejoin, chunks(babble(0.5, seed=5))) == b""


async def test_of_a_source_that_never_repeats_all_is_new(old: array[int]) -> None:
    """A jingle played twice into a microphone was said twice."""
    rejoin = Rejoin(FORMAT)
    jingle = chunks(old)
    await passed_on(rejoin, jingle)
    rejoin.opened(repeats=False)
    taken = [await rejoin.take(chunk) for chunk in jingle]
    assert taken == [[chunk] for chunk in jingle]
    assert not rejoin.seamless
