"""A machine too slow for one source: it says so, the connection lives, and every word comes."""

from __future__ import annotations

import asyncio
import contextlib

import psutil
import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.events import ConnectionStarted, ErrorRaised, GapRecorded, Noticed, State
from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.endpoint import LocalEndpoint
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SpeechSettings
from tests.support.engine import Engine
from tests.support.offline import need_recogniser, word_error
from tests.support.program import children as own_children
from tests.support.requirements import need

pytestmark = [pytest.mark.system, pytest.mark.long, pytest.mark.early(60)]

CLIP = load_clips().file
TIMING = Timing()
STOPPED_SECONDS, RUNNING_SECONDS = 1.9, 0.1
"""The recogniser is let run for a twentieth of the time."""


async def slow_down(process: psutil.Process) -> None:
    """Until cancelled; then it runs on."""
    try:
        while True:
            process.suspend()
            await asyncio.sleep(STOPPED_SECONDS)
            process.resume()
            await asyncio.sleep(RUNNING_SECONDS)
    finally:
        process.resume()


async def test_it_says_so_and_no_connection_is_lost_however_long_the_last_text_takes() -> None:
    """The program's own patience is as it is for everybody: nothing is scaled."""
    need_recogniser()
    need("ffmpeg")
    loop = asyncio.get_running_loop()
    sound = FileSource(CLIP.path, AudioFormat.parse("pcm_16000"), SourceOptions())
    speech = SpeechSettings(vad_silence_threshold_secs=0.5)
    async with LocalEndpoint() as local:
        (process,) = own_children()
        engine = Engine(
            Endpoint(local.url, "any"), {"desk": lambda _: sound}, timing=TIMING, speech=speech
        )
        snapshot = engine.supervisor.snapshot
        async with engine:
            await engine.until(lambda: engine.of(ConnectionStarted))
            slowing = asyncio.create_task(slow_down(process))
            await engine.until(lambda: "too slow" in snapshot("desk").warning)
            await engine.until(lambda: snapshot("desk").state is State.DRAINING)
            since = loop.time()
            await engine.until(lambda: loop.time() - since > 2 * TIMING.last_text)
            assert snapshot("desk").warning
            slowing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await slowing
            await engine.finished()
    assert word_error(CLIP.text, " ".join(engine.words())) < 0.1
    assert len(engine.of(ConnectionStarted)) == 1
    assert engine.of(ErrorRaised) == engine.of(GapRecorded) == []
    assert any("too slow" in notice.text for notice in engine.of(Noticed))
