"""The program's side of a stream: what it keeps, when it makes others wait, what it repeats."""

import asyncio

from scribe_tui.local.recognition.messages import (
    AUDIO,
    COMMIT,
    HEADER,
    OPEN,
    ClosedSegment,
    OpenText,
    RecognitionProgress,
    RecognitionSettings,
    opened,
)
from scribe_tui.local.recognition.stream import (
    MAX_AHEAD_SECONDS,
    MAX_BEHIND_SECONDS,
    MAX_UNREAD_RESULTS,
    RecognitionStream,
)

SECOND = bytes(32000)


def stream_of(audio_format="pcm_16000", clock=lambda: 0.0):
    frames = []
    settings = RecognitionSettings(audio_format=audio_format)
    return RecognitionStream(1, settings, frames.append, lambda _: None, clock), frames


def again(stream):
    """Kind and body of each frame a fresh process would get."""
    return [
        (HEADER.unpack(data[: HEADER.size])[0], data[HEADER.size :])
        for data in stream.begin_again()
    ]


async def is_blocked(work) -> bool:
    task = asyncio.ensure_future(work)
    for _ in range(5):
        await asyncio.sleep(0)
    if task.done():
        return False
    task.cancel()
    return True


async def test_whoever_is_far_ahead_waits_until_the_recogniser_has_come_nearer():
    stream, _ = stream_of()
    for _ in range(int(MAX_AHEAD_SECONDS)):
        assert not await is_blocked(stream.feed(SECOND))
    feeding = asyncio.ensure_future(stream.feed(SECOND))
    await asyncio.sleep(0)
    assert not feeding.done()
    stream.take(RecognitionProgress(5.0, 0.0))
    await asyncio.wait_for(feeding, 5)


async def test_sound_in_real_time_is_taken_for_minutes_however_slow_the_machine():
    fed = 0.0
    stream, _ = stream_of(clock=lambda: fed)
    while fed < MAX_BEHIND_SECONDS:
        assert not await is_blocked(stream.feed(SECOND))
        fed += 1
    assert await is_blocked(stream.feed(SECOND))


async def test_who_was_ahead_of_real_time_goes_on_when_time_has_caught_up():
    now = 0.0
    stream, _ = stream_of(clock=lambda: now)
    feeding = asyncio.ensure_future(stream.feed(SECOND * int(MAX_AHEAD_SECONDS + 10)))
    await asyncio.sleep(0)
    assert not feeding.done()
    now = 10.0
    await asyncio.wait_for(feeding, 5)


async def test_whoever_fetches_nothing_is_not_listened_to():
    stream, _ = stream_of()
    for number in range(MAX_UNREAD_RESULTS + 1):
        stream.take(OpenText(f"grey {number}"))
        stream.take(ClosedSegment((), float(number)))
    assert await is_blocked(stream.feed(b"\0\0"))


async def test_an_unread_partial_gives_way_to_the_next_and_no_segment_does():
    stream, _ = stream_of()
    stream.take(OpenText("one"))
    stream.take(OpenText("one two"))
    stream.take(ClosedSegment((), 1.0))
    stream.take(OpenText("three"))
    stream.end()
    assert [getattr(it, "end_seconds", None) or it.text async for it in stream] == [
        "one two",
        1.0,
        "three",
    ]


async def test_a_fresh_process_gets_all_since_the_last_commit_and_the_commits_asked_for():
    stream, _ = stream_of()
    for _ in range(3):
        await stream.feed(SECOND)
    stream.commit()
    await stream.feed(SECOND)
    stream.commit()
    stream.take(ClosedSegment((), 2.98, requested=True))
    (kind, body), *rest = again(stream)
    assert kind == OPEN
    assert opened(body) == (RecognitionSettings(), 3.0)
    assert rest == [(AUDIO, SECOND), (COMMIT, b"")]


async def test_sound_that_is_not_needed_any_more_is_not_kept():
    stream, _ = stream_of("ulaw_8000")
    for _ in range(3):
        await stream.feed(bytes(8000))
    stream.take(RecognitionProgress(2.5, 2.25))
    (_, body), (_, audio) = again(stream)
    assert opened(body)[1] == 2.25
    assert len(audio) == 6000


async def test_sound_behind_a_commit_that_is_not_answered_is_kept_whatever_the_progress():
    stream, _ = stream_of()
    await stream.feed(SECOND)
    stream.commit()
    await stream.feed(SECOND)
    stream.take(RecognitionProgress(2.0, 1.5))
    assert [kind for kind, _ in again(stream)] == [OPEN, COMMIT, AUDIO]


async def test_who_waits_is_let_go_at_the_end():
    stream, _ = stream_of()
    feeding = asyncio.ensure_future(stream.feed(SECOND * 40))
    await asyncio.sleep(0)
    assert not feeding.done()
    stream.end()
    await asyncio.wait_for(feeding, 5)


async def test_text_is_expected_while_speech_or_a_commit_waits():
    stream, _ = stream_of()
    assert not stream.expects_text
    await stream.feed(SECOND * 3)
    assert stream.expects_text
    stream.take(RecognitionProgress(2.9, 0.0))
    assert not stream.expects_text
    stream.commit()
    assert stream.expects_text
    stream.take(ClosedSegment((), 2.9, requested=True))
    assert not stream.expects_text
