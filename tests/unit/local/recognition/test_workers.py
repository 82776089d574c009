"""Recognition processes, and the nursery that forks them."""

import asyncio
import contextlib
import os
import signal

import psutil
import pytest

from scribe_tui.local.recognition.messages import ClosedSegment, RecognitionSettings
from scribe_tui.local.recognition.workers import Workers


@pytest.fixture(autouse=True)
def recogniser():
    pytest.importorskip("pocketsphinx")


async def text_of_silence(workers: Workers) -> str:
    recognition = await workers.open(RecognitionSettings())
    try:
        recognition.feed(bytes(16000))
        recognition.commit()
        async for result in recognition:
            if isinstance(result, ClosedSegment):
                return result.text
    finally:
        recognition.close()
    pytest.fail("the recognition process ended")


async def test_streams_that_find_the_nursery_dead_share_one_new_one():
    async with Workers() as workers:
        (nursery,) = psutil.Process().children()
        os.kill(nursery.pid, signal.SIGKILL)
        with contextlib.suppress(psutil.NoSuchProcess):
            while nursery.status() != psutil.STATUS_ZOMBIE:
                pass  # without a turn of the loop: nobody has been told of the death yet
        texts = await asyncio.gather(text_of_silence(workers), text_of_silence(workers))
        assert texts == ["", ""]
        assert len(psutil.Process().children()) == 1
