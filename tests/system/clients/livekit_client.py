"""livekit's ElevenLabs plugin, unmodified: `livekit_client.py URL PCM_FILE`, texts as JSON lines.

Runs in an environment of its own (`.venv-clients`), which has none of this project.
"""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
from livekit import rtc
from livekit.agents import stt
from livekit.plugins import elevenlabs

RATE = 16000


async def main(url: str, pcm: bytes) -> None:
    async with aiohttp.ClientSession() as session:
        service = elevenlabs.STT(
            api_key="local",
            base_url=f"{url}/v1",
            model_id="scribe_v2_realtime",
            include_timestamps=True,
            server_vad={"vad_silence_threshold_secs": 0.6},
            http_session=session,
        )
        stream = service.stream()
        for start in range(0, len(pcm), RATE // 5):
            part = pcm[start : start + RATE // 5]
            stream.push_frame(rtc.AudioFrame(part, RATE, 1, len(part) // 2))
        async for event in stream:
            if event.type is stt.SpeechEventType.INTERIM_TRANSCRIPT:
                print(json.dumps(["partial", event.alternatives[0].text]), flush=True)
            elif event.type is stt.SpeechEventType.FINAL_TRANSCRIPT:
                said = event.alternatives[0]
                words = [[str(word), word.start_time, word.end_time] for word in said.words or []]
                print(json.dumps(["final", said.text, words]), flush=True)
        await stream.aclose()


asyncio.run(main(sys.argv[1], Path(sys.argv[2]).read_bytes()))
