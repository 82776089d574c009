"""The official SDKs, unmodified, against the offline endpoint: the flows of the quick start."""

import asyncio
import base64
import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.demo.stations import StationServer
from scribe_tui.local.endpoint import LocalEndpoint
from tests.support.offline import clip_pcm, need_recogniser, word_error
from tests.support.requirements import need, unavailable

if TYPE_CHECKING:  # reading it takes every worker half a second
    from elevenlabs.client import ElevenLabs

pytestmark = [pytest.mark.system, pytest.mark.early(10)]

CLIPS = load_clips()
HARBOR = CLIPS.stations[1]
CLIP = HARBOR.clips[0]
STARTED, PARTIAL, ERROR = "session_started", "partial_transcript", "error"
COMMITTED, TIMED = "committed_transcript", "committed_transcript_with_timestamps"
WATCHED = (STARTED, PARTIAL, COMMITTED, TIMED, ERROR)


@pytest.fixture(autouse=True)
def programs():
    need("ffmpeg")
    need_recogniser()


class Heard:
    """What a connection of the Python SDK emitted."""

    def __init__(self, connection):
        self.texts = {kind: [] for kind in WATCHED}
        self.changed = asyncio.Event()
        for kind in WATCHED:
            connection.on(kind, lambda data, kind=kind: self.note(kind, data))

    def note(self, kind, data):
        self.texts[kind].append(data)
        self.changed.set()

    async def first(self, kind):
        while not self.texts[kind]:
            assert not self.texts[ERROR]
            await self.changed.wait()
            self.changed.clear()
        return self.texts[kind][0]


def sdk(local: LocalEndpoint) -> "ElevenLabs":
    from elevenlabs.client import ElevenLabs

    return ElevenLabs(api_key="local", base_url=local.url)


async def test_python_sdk_in_manual_mode():
    from elevenlabs import AudioFormat, CommitStrategy, RealtimeAudioOptions

    async with LocalEndpoint() as local:
        connection = await sdk(local).speech_to_text.realtime.connect(
            RealtimeAudioOptions(
                model_id="scribe_v2_realtime",
                audio_format=AudioFormat.PCM_16000,
                sample_rate=16000,
                commit_strategy=CommitStrategy.MANUAL,
                include_timestamps=True,
            )
        )
        heard = Heard(connection)
        await heard.first(STARTED)
        pcm = clip_pcm(CLIP)
        for start in range(0, len(pcm), 32000):
            audio = base64.b64encode(pcm[start : start + 32000]).decode()
            await connection.send({"audio_base_64": audio, "sample_rate": 16000})
        await connection.commit()
        timed = await heard.first(TIMED)
        (plain,) = heard.texts[COMMITTED]
        await connection.close()
    assert word_error(CLIP.text, plain["text"]) < 0.1
    assert timed["words"]
    assert heard.texts[PARTIAL]


# The SDK leaves ffmpeg's pipe open for the collector to find.
@pytest.mark.long
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("strategy", ["vad", "manual"])
async def test_python_sdk_in_url_mode(strategy):
    from elevenlabs import CommitStrategy, RealtimeUrlOptions

    async with LocalEndpoint() as local, StationServer([HARBOR]) as radio:
        connection = await sdk(local).speech_to_text.realtime.connect(
            RealtimeUrlOptions(
                model_id="scribe_v2_realtime",
                url=radio.urls[0],
                commit_strategy=CommitStrategy(strategy),
                include_timestamps=True,
            )
        )
        heard = Heard(connection)
        try:
            if strategy == "manual":
                while True:
                    text = (await heard.first(PARTIAL))["text"]
                    if len(text.split()) >= 4:
                        break
                    heard.texts[PARTIAL].clear()
                await connection.commit()
            committed = await heard.first(COMMITTED)
        finally:
            await connection.close()
    wanted = CLIP.text if strategy == "vad" else CLIP.lines[0]
    assert set(committed["text"].split()) & set(wanted.lower().rstrip(".").split())
    if strategy == "vad":
        assert word_error(wanted, committed["text"]) < 0.2


@pytest.fixture(scope="session")
def javascript(pytestconfig) -> Path:
    """A folder with the JavaScript SDK installed and the quick start beside it."""
    npm = need("npm")
    folder = Path(pytestconfig.cache.mkdir("official-js-sdk"))
    for file in Path(__file__).with_name("js").iterdir():
        shutil.copy(file, folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another worker may be at it
        if not (folder / "installed").exists():
            command = [npm, "install", "--no-audit", "--no-fund", "--loglevel=error"]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode:
                unavailable(f"the JavaScript SDK cannot be installed: {done.stderr[-300:]}")
            (folder / "installed").touch()
    return folder


async def run_quickstart(folder: Path, local: LocalEndpoint, mode: str, source: str) -> dict:
    """The data of each event the quick start reports, by the event's name."""
    program = await asyncio.create_subprocess_exec(
        *(need("node"), "quickstart.mjs", local.url, mode, source),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    events: dict = {}
    try:
        async for line in program.stdout:
            if line.startswith(b"{"):
                event = json.loads(line)
                events.setdefault(event["event"], []).append(event.get("data"))
    finally:
        if program.returncode is None and program.stdout.at_eof() is False:
            program.kill()
        await program.wait()
    return events


@pytest.mark.long
async def test_javascript_sdk_in_manual_mode(javascript, tmp_path):
    file = tmp_path / "audio.pcm"
    file.write_bytes(clip_pcm(CLIP))
    async with LocalEndpoint() as local:
        events = await run_quickstart(javascript, local, "manual", str(file))
    assert "error" not in events
    assert events["started"] and events["partial"] and events["closed"]
    assert word_error(CLIP.text, events["committed"][0]["text"]) < 0.1
    assert events["timed"][0]["words"]


@pytest.mark.long
async def test_javascript_sdk_in_url_mode(javascript):
    async with LocalEndpoint() as local, StationServer([HARBOR]) as radio:
        events = await run_quickstart(javascript, local, "url", radio.urls[0])
    assert events["partial"]
    assert word_error(CLIP.text, events["committed"][0]["text"]) < 0.2
