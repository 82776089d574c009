"""The vendor's quick start "Stream from URL", its addresses taken from outside."""

import asyncio
import os
import sys

from dotenv import load_dotenv
from elevenlabs import RealtimeEvents, RealtimeUrlOptions
from elevenlabs.client import ElevenLabs

load_dotenv()


async def main() -> None:
    elevenlabs = ElevenLabs(
        api_key=os.getenv("ELEVENLABS_API_KEY"), base_url=os.getenv("BENCH_ENDPOINT")
    )
    stop_event = asyncio.Event()

    connection = await elevenlabs.speech_to_text.realtime.connect(
        RealtimeUrlOptions(
            model_id="scribe_v2_realtime",
            url=sys.argv[1],
            include_timestamps=True,
        )
    )

    def on_partial_transcript(data: dict[str, str]) -> None:
        print(f"Partial: {data.get('text', '')}")

    def on_committed_transcript(data: dict[str, str]) -> None:
        print(f"Committed: {data.get('text', '')}")

    def on_error(error: object) -> None:
        print(f"Error: {error}")
        stop_event.set()

    def on_close() -> None:
        print("Connection closed")

    connection.on(RealtimeEvents.PARTIAL_TRANSCRIPT, on_partial_transcript)
    connection.on(RealtimeEvents.COMMITTED_TRANSCRIPT, on_committed_transcript)
    connection.on(RealtimeEvents.ERROR, on_error)
    connection.on(RealtimeEvents.CLOSE, on_close)

    try:
        await stop_event.wait()
    except KeyboardInterrupt:
        print("\nStopping transcription...")
    finally:
        await connection.close()


if __name__ == "__main__":
    asyncio.run(main())
