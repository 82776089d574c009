"""`scribe-tui devices`: the microphones of this machine."""

from __future__ import annotations

from scribe_tui.audio.microphone.microphone_source import Microphone, list_microphones
from scribe_tui.cli.output import complain

NO_MICROPHONE = (
    "No microphone was found. Plug one in, or start the sound server (PulseAudio, PipeWire)."
)


def run_devices() -> int:
    """Print one line a microphone; 1 if there is none. Raises SourceError without PortAudio."""
    microphones = list_microphones()
    if not microphones:
        complain(NO_MICROPHONE)
        return 1
    for microphone in microphones:
        print(_line(microphone))
    return 0


def _line(microphone: Microphone) -> str:
    channels = "1 channel" if microphone.channels == 1 else f"{microphone.channels} channels"
    default = ", the default" if microphone.is_default else ""
    facts = f"{channels}, {microphone.default_rate} Hz{default}"
    return f"mic:{microphone.number}  {microphone.name}  ({facts})"
