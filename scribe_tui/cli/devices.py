"""`scribe-tui devices`: lists microphones, and sources and monitors of the sound server."""

from __future__ import annotations

import asyncio

from scribe_tui.audio.microphone.microphone_source import Microphone, list_microphones
from scribe_tui.audio.microphone.pulse_source import list_pulse
from scribe_tui.cli.output import complain
from scribe_tui.errors import SourceError

NO_MICROPHONE = (
    "No microphone was found. Plug one in, or start the sound server (PulseAudio, PipeWire)."
)


def run_devices() -> int:
    """Print a line for each microphone and sound source; return 1 if there is none, else 0.

    Raises SourceError if PortAudio is missing and there is no sound server either.
    """
    sources = asyncio.run(list_pulse())
    try:
        microphones = list_microphones()
    except SourceError as error:
        if not sources:
            raise
        microphones = ()
        complain(error.sentence)
    if not microphones and not sources:
        complain(NO_MICROPHONE)
        return 1
    for microphone in microphones:
        print(_line(microphone))
    for source in sources:
        default = ", the default" if source.is_default else ""
        print(f"pulse:{source.name}  {source.description}  (sound server{default})")
    return 0


def _line(microphone: Microphone) -> str:
    channels = "1 channel" if microphone.channels == 1 else f"{microphone.channels} channels"
    default = ", the default" if microphone.is_default else ""
    facts = f"{channels}, {microphone.default_rate} Hz{default}"
    return f"mic:{microphone.number}  {microphone.name}  ({facts})"
