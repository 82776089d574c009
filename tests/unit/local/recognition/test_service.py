"""The recognition process and its service, with the real recogniser."""

import psutil
import pytest

from scribe_tui.errors import UsageError
from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.recognition import service as service_module
from scribe_tui.local.recognition.messages import ClosedSegment, OpenText, RecognitionSettings
from scribe_tui.local.recognition.service import RecognitionService
from tests.support.offline import clip_pcm, need_recogniser, word_error
from tests.support.program import children as own_children

CLIP = load_clips().stations[1].clips[0]
LEAST_PRIORITY = 19
"""The tests themselves may have been started with `nice`."""


@pytest.fixture(autouse=True)
def recogniser():
    need_recogniser()


async def segment_of(stream) -> ClosedSegment:
    async for result in stream:
        if isinstance(result, ClosedSegment):
            return result
    pytest.fail("the recognition ended")


async def test_one_process_serves_all_streams_and_stands_back():
    async with RecognitionService() as service:
        streams = [await service.open(RecognitionSettings()) for _ in range(3)]
        for stream in streams:
            await stream.feed(bytes(16000))
            stream.commit()
        assert [(await segment_of(stream)).text for stream in streams] == ["", "", ""]
        (process,) = own_children()
        assert process.pid == service.pid
        assert process.nice() == min(LEAST_PRIORITY, psutil.Process().nice() + 10)
    assert not process.is_running()


@pytest.mark.long
async def test_a_killed_process_is_replaced_and_the_open_segment_recognised_again():
    pcm = clip_pcm(CLIP)
    middle = len(pcm) // 4 * 2
    async with RecognitionService() as service:
        stream, quiet = [await service.open(RecognitionSettings()) for _ in range(2)]
        await stream.feed(bytes(32000))
        stream.commit()
        assert (await segment_of(stream)).text == ""
        await stream.feed(pcm[:middle])
        async for result in stream:
            if isinstance(result, OpenText) and result.text:
                break
        psutil.Process(service.pid).kill()
        await stream.feed(pcm[middle:])
        stream.commit()
        segment = await segment_of(stream)
        await quiet.feed(bytes(16000))
        quiet.commit()
        assert (await segment_of(quiet)).text == ""
    assert word_error(CLIP.text, segment.text) < 0.1
    assert segment.words[0].start_seconds >= 1.0, "times go on where they were"
    assert segment.requested


@pytest.mark.long
async def test_streams_of_a_process_that_dies_too_often_end(monkeypatch):
    monkeypatch.setattr(service_module, "MAX_DEATHS", 1)
    async with RecognitionService() as service:
        stream = await service.open(RecognitionSettings())
        psutil.Process(service.pid).kill()
        assert [result async for result in stream] == []
        late = await service.open(RecognitionSettings())
        await late.feed(bytes(16000))
        late.commit()
        assert (await segment_of(late)).text == "", "a later client gets another try"


async def test_a_model_that_cannot_be_loaded_is_one_sentence(monkeypatch):
    monkeypatch.setattr(service_module, "_MODULE", "scribe_tui.local.recognition.nothing")
    with pytest.raises(UsageError, match="could not load its speech model"):
        async with RecognitionService():
            pass
    assert own_children() == []
