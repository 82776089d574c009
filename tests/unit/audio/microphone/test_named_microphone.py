"""A microphone by its name: through PortAudio, else through the sound server."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.microphone import named_microphone as module
from scribe_tui.audio.microphone.failures import pulse_refusal
from scribe_tui.audio.microphone.named_microphone import NamedMicrophone, default, named
from scribe_tui.audio.microphone.pulse_source import PulseName
from scribe_tui.errors import SourceError
from tests.unit.audio.microphone.test_microphone_source import FakePortAudio, portaudio

__all__ = ["portaudio"]

DESK = PulseName("alsa_input.usb-desk.mono", "Desk USB Audio")
HALL = PulseName("alsa_input.pci.stereo", "Built-in Audio", is_default=True)
MONITOR = PulseName("alsa_output.usb-desk.monitor", "Monitor of Desk USB Audio")
NAMES = (MONITOR, DESK, HALL)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("alsa_input.pci.stereo", HALL),
        ("Desk USB Audio", DESK),
        ("desk usb", DESK),
        ("alsa_output.usb-desk.monitor", MONITOR),
        ("Monitor of Desk USB Audio", MONITOR),
        ("monitor of", None),
        ("audio", None),
        ("nobody", None),
    ],
)
def test_which_source_is_meant(wanted: str, found: PulseName | None) -> None:
    assert named(NAMES, wanted) == found


def test_the_default_is_never_what_the_server_plays_itself() -> None:
    assert default(NAMES) == HALL
    assert default((replace(MONITOR, is_default=True), DESK)) is None
    assert default(()) is None


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that are opened at a sound server, which has none of them any more."""
    opened: list[str] = []

    class Gone:
        def __init__(self, name: str, *_: object) -> None:
            opened.append(name)

        async def __aenter__(self) -> None:
            raise pulse_refusal("it", [])

    async def listing() -> tuple[PulseName, ...]:
        return NAMES

    monkeypatch.setattr(module, "PulseSource", Gone)
    monkeypatch.setattr(module, "list_pulse", listing)
    return opened


async def test_what_portaudio_has_not_is_looked_for_at_the_sound_server(
    portaudio: FakePortAudio, audio_format: AudioFormat, server: list[str]
) -> None:
    portaudio.refuse = ValueError("No input device matching 'Desk USB'")
    with pytest.raises(SourceError, match="no sound server"):
        await NamedMicrophone("Desk USB", audio_format).__aenter__()
    assert server == [DESK.name]
    portaudio.refuse = ValueError("Error querying device -1")
    with pytest.raises(SourceError, match="no sound server"):
        await NamedMicrophone(None, audio_format).__aenter__()
    assert server == [DESK.name, HALL.name]
    portaudio.refuse = ValueError("No input device matching 'nobody'")
    with pytest.raises(SourceError, match="Microphone nobody does not exist"):
        await NamedMicrophone("nobody", audio_format).__aenter__()
    assert server == [DESK.name, HALL.name]


@pytest.mark.parametrize("refused", ["Multiple input devices found for 'x'", "Device unavailable"])
async def test_a_device_that_is_there_is_not_looked_for_elsewhere(
    portaudio: FakePortAudio, audio_format: AudioFormat, server: list[str], refused: str
) -> None:
    portaudio.refuse = ValueError(refused)
    with pytest.raises(SourceError):
        await NamedMicrophone("Desk USB", audio_format).__aenter__()
    assert not server


async def test_a_device_that_portaudio_has_is_heard_through_it(
    portaudio: FakePortAudio, audio_format: AudioFormat
) -> None:
    async with NamedMicrophone("Mic", audio_format) as source:
        portaudio.streams[0].record(bytes(3200))
        assert (await anext(source)).samples == 1600
        assert source.status.notices == ()
