"""The microphone's edge against a PortAudio that does what the test says."""

from __future__ import annotations

import asyncio
import sys
import threading
from array import array
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.microphone.microphone_source import MicrophoneSource, list_microphones
from scribe_tui.errors import Retry, SourceError
from tests.unit.audio.conftest import Eventually


class PortAudioError(Exception):
    pass


class FakePortAudio:
    """Stands in for the sounddevice module; `refuse` is raised when a stream is opened."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        self.refuse: Exception | None = None
        self.hang = threading.Event()
        self.hang.set()
        self.opening = threading.Event()
        self.streams: list[FakeStream] = []
        self.default = SimpleNamespace(device=[1, 0])
        self.devices = [
            {"index": 0, "name": "Out", "max_input_channels": 0, "default_samplerate": 48000.0},
            {
                "index": 1,
                "name": "M\x1b[2Jic",
                "max_input_channels": 2,
                "default_samplerate": 44100.0,
            },
        ]

    def query_devices(self, device: object = None, kind: str = "") -> Any:
        return self.devices[1] if kind else self.devices

    def RawInputStream(self, **options: Any) -> FakeStream:  # noqa: N802
        self.opening.set()
        self.hang.wait(10)
        if self.refuse:
            raise self.refuse
        self.streams.append(FakeStream(**options))
        return self.streams[-1]


class FakeStream:
    def __init__(self, **options: Any) -> None:
        self.options = options
        self.state = "open"

    def start(self) -> None:
        self.state = "started"

    def abort(self, ignore_errors: bool = False) -> None:
        self.state = "aborted"

    def close(self, ignore_errors: bool = False) -> None:
        self.state = "closed"

    def record(self, pcm: bytes, overflow: bool = False) -> None:
        flags = SimpleNamespace(input_overflow=overflow)
        frames = len(pcm) // 2
        samples = memoryview(pcm).cast("h")
        data = array("h", (sample for sample in samples for _ in range(self.options["channels"])))
        argv = (memoryview(data).cast("B"), frames, None, flags)
        thread = threading.Thread(target=self.options["callback"], args=argv)
        thread.start()
        thread.join()


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> FakePortAudio:
    fake = FakePortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    return fake


async def test_sound_arrives_in_order_and_the_device_is_closed(
    portaudio: FakePortAudio, audio_format: AudioFormat
) -> None:
    async with MicrophoneSource("Mic", audio_format) as source:
        stream = portaudio.streams[0]
        assert stream.options["samplerate"] == 16000
        assert stream.options["blocksize"] == audio_format.chunk_samples
        assert (stream.options["device"], stream.options["dtype"]) == ("Mic", "int16")
        for number in range(3):
            stream.record(bytes([number]) * 3200)
        assert [(await anext(source)).pcm[0] for _ in range(3)] == [0, 1, 2]
    assert stream.state == "closed"


async def test_what_was_lost_is_counted(
    portaudio: FakePortAudio, audio_format: AudioFormat, eventually: Eventually
) -> None:
    async with MicrophoneSource(None, audio_format) as source:
        stream = portaudio.streams[0]
        stream.record(bytes(3200), overflow=True)
        await eventually(lambda: source.status.overruns == 1)
        assert source.status.dropped_samples == 0
        for _ in range(105):  # nobody reads: ten seconds are held, the rest is dropped
            stream.record(bytes(3200))
        await eventually(lambda: source.status.overruns == 7)
        assert source.status.dropped_samples == 6 * 1600


async def test_an_unplugged_device_is_an_error_after_its_last_sound(
    portaudio: FakePortAudio, audio_format: AudioFormat
) -> None:
    async with MicrophoneSource(1, audio_format) as source:
        portaudio.streams[0].record(bytes(3200))
        portaudio.streams[0].options["finished_callback"]()
        await anext(source)
        with pytest.raises(SourceError, match="Microphone 1 stopped: it was unplugged") as caught:
            await anext(source)
    assert caught.value.retry is Retry.BACKOFF


async def test_a_silent_device_is_a_stall(
    portaudio: FakePortAudio, audio_format: AudioFormat
) -> None:
    async with MicrophoneSource(1, audio_format, stall_seconds=0.05) as source:
        with pytest.raises(SourceError, match=r"No sound from Microphone 1 for 0\.05 s"):
            await anext(source)


@pytest.mark.parametrize(
    ("error", "sentence", "retry"),
    [
        (
            PortAudioError("Error opening RawInputStream: Invalid sample rate [error -9997]"),
            "Microphone 7 does not record at 16000 Hz, its own rate is 44100 Hz. "
            "Use --audio-format pcm_44100.",
            Retry.NEVER,
        ),
        (
            PortAudioError("Error querying device -1"),
            "Microphone 7 was not found: this machine has no microphone. "
            "Plug one in or start the sound server.",
            Retry.BACKOFF,
        ),
        (
            ValueError("No input device matching 'x'"),
            "Microphone 7 does not exist. scribe-tui devices lists the microphones.",
            Retry.BACKOFF,
        ),
        (
            ValueError("Multiple input devices found for 'x':\n[1] a\n[2] b"),
            "Microphone 7 is more than one: the name fits several. "
            "scribe-tui devices lists the microphones.",
            Retry.NEVER,
        ),
        (
            PortAudioError("Error opening RawInputStream: Device unavailable [-9985]"),
            "Microphone 7 cannot be opened: Device unavailable. "
            "scribe-tui devices lists the microphones.",
            Retry.BACKOFF,
        ),
    ],
)
async def test_refusals_are_one_sentence(
    portaudio: FakePortAudio,
    audio_format: AudioFormat,
    error: Exception,
    sentence: str,
    retry: Retry,
) -> None:
    portaudio.refuse = error
    with pytest.raises(SourceError) as caught:
        await MicrophoneSource(7, audio_format).__aenter__()
    assert (caught.value.sentence, caught.value.retry) == (sentence, retry)


async def test_without_portaudio_the_remedy_is_said(
    audio_format: AudioFormat, no_portaudio: None
) -> None:
    for attempt in (lambda: MicrophoneSource(None, audio_format).__aenter__(), list_async):
        with pytest.raises(SourceError) as caught:
            await attempt()
        assert "sudo apt install libportaudio2" in caught.value.sentence
        assert caught.value.retry is Retry.NEVER


async def list_async() -> None:
    list_microphones()


@pytest.fixture
def no_portaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        """Fails as the real module does where the library is missing."""

        def find_spec(self, name: str, *_: object) -> None:
            if name == "sounddevice":
                raise OSError("PortAudio library not found")

    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Finder(), *sys.meta_path])


async def test_giving_up_while_it_opens_closes_it_later(
    portaudio: FakePortAudio, audio_format: AudioFormat, eventually: Eventually
) -> None:
    portaudio.hang.clear()
    task = asyncio.create_task(MicrophoneSource(None, audio_format).__aenter__())
    await eventually(portaudio.opening.is_set)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    portaudio.hang.set()
    await eventually(lambda: [stream.state for stream in portaudio.streams] == ["closed"])
    await eventually(lambda: not own_threads())


def own_threads() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("portaudio")]


async def test_a_microphone_that_comes_later_is_found_at_the_next_opening(
    portaudio: FakePortAudio, audio_format: AudioFormat
) -> None:
    plugged: list[dict[str, Any]] = []
    known: list[dict[str, Any]] = []
    portaudio._terminate = known.clear  # type: ignore[attr-defined]
    portaudio._initialize = lambda: known.extend(plugged)  # type: ignore[attr-defined]
    devices, portaudio.devices = portaudio.devices, known

    def query(device: object = None, kind: str = "") -> Any:
        if kind and not known:
            raise PortAudioError("Error querying device -1")
        return known[-1] if kind else known

    portaudio.query_devices = query  # type: ignore[method-assign]
    with pytest.raises(SourceError) as caught:
        await MicrophoneSource(None, audio_format).__aenter__()
    assert caught.value.retry is Retry.BACKOFF
    assert list_microphones() == ()
    plugged += devices
    async with MicrophoneSource(None, audio_format):
        assert len(list_microphones()) == 1
    plugged.clear()
    assert list_microphones() == ()


def test_devices_that_record_are_listed(portaudio: FakePortAudio) -> None:
    (microphone,) = list_microphones()
    assert (microphone.number, microphone.name, microphone.channels) == (1, "Mic", 2)
    assert (microphone.default_rate, microphone.is_default) == (44100, True)


def test_nothing_is_loaded_before_it_is_wanted(run_python: Callable[[str], None]) -> None:
    run_python(
        "import sys, scribe_tui.audio.microphone.microphone_source, scribe_tui.audio.open;"
        "assert not {'sounddevice', 'pydub', 'imageio_ffmpeg', 'numpy'} & set(sys.modules)"
    )


@pytest.fixture
def run_python() -> Callable[[str], object]:
    import subprocess

    return lambda code: subprocess.run([sys.executable, "-c", code], check=True)
