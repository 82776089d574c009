"""pipecat's ElevenLabs realtime service, unmodified: `pipecat_client.py URL PCM_FILE`.

Prints texts as JSON lines. It speaks TLS only; SSL_CERT_FILE names whom it trusts. Runs in an
environment of its own (`.venv-clients`), which has none of this project.
"""

import asyncio
import json
import sys
from pathlib import Path

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    InterimTranscriptionFrame,
    TranscriptionFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.elevenlabs.stt import CommitStrategy, ElevenLabsRealtimeSTTService

RATE = 16000


class Printer(FrameProcessor):
    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InterimTranscriptionFrame):
            print(json.dumps(["partial", frame.text]), flush=True)
        elif isinstance(frame, TranscriptionFrame):
            print(json.dumps(["final", frame.text]), flush=True)
        await self.push_frame(frame, direction)


async def main(url: str, pcm: bytes) -> None:
    service = ElevenLabsRealtimeSTTService(
        api_key="local",
        base_url=url.partition("://")[2],
        commit_strategy=CommitStrategy.VAD,
        sample_rate=RATE,
        settings=ElevenLabsRealtimeSTTService.Settings(vad_silence_threshold_secs=0.6),
    )
    task = PipelineTask(
        Pipeline([service, Printer()]), params=PipelineParams(audio_in_sample_rate=RATE)
    )

    async def feed() -> None:
        await asyncio.sleep(1)
        for start in range(0, len(pcm), RATE // 5):
            part = pcm[start : start + RATE // 5]
            await task.queue_frame(InputAudioRawFrame(part, RATE, 1))

    feeding = asyncio.create_task(feed())
    await PipelineRunner(handle_sigint=False).run(task)
    await feeding


asyncio.run(main(sys.argv[1], Path(sys.argv[2]).read_bytes()))
