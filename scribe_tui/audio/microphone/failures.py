"""Sentences for what goes wrong with a microphone. PortAudio names errors in plain English."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.audio.format import FORMATS
from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import harmless_line

_LIST = "scribe-tui devices lists the microphones."
_NO_DEVICE = ("querying device -1", "Invalid device", "No Default Input Device")
_NO_SUCH = ("querying device", "No input device matching", "Invalid number of channels")


class NoDeviceError(SourceError):
    """PortAudio has no such device, or is missing; the sound server may still have it."""


def shown(device: int | str | None) -> str:
    """The device as the subject of a sentence."""
    return "The default microphone" if device is None else harmless_line(f"Microphone {device}")


def shown_pulse(name: str | None) -> str:
    """A source of the sound server as the subject of a sentence."""
    return "The default sound source" if name is None else harmless_line(f"Sound source {name}")


def pulse_refusal(who: str, lines: Sequence[str]) -> SourceError:
    """Why the decoder could not record from the sound server, by its error lines."""
    said = lines[-1] if lines else ""
    if "Unknown input format" in said:
        return SourceError(
            "no PulseAudio",
            f"{who} cannot be opened: this ffmpeg was built without PulseAudio.",
            "Install ffmpeg with your package manager, or use mic.",
        )
    return SourceError(
        "no such sound source",
        f"{who} was not found: there is none of this name, or no sound server.",
        "scribe-tui devices lists the sources; is PulseAudio or PipeWire running?",
    )


def no_portaudio() -> SourceError:
    """The library is not on this machine (its wheel for Linux does not bring it)."""
    return NoDeviceError(
        "no PortAudio",
        "Microphones and speakers need the PortAudio library, which is not installed.",
        "On Debian and Ubuntu: sudo apt install libportaudio2.",
        retry=Retry.NEVER,
    )


def gone(who: str) -> SourceError:
    """The recording ended by itself."""
    message = f"{who} stopped: it was unplugged or the sound server ended."
    return SourceError("microphone gone", message)


def replaced(who: str, now: str) -> SourceError:
    """The source is gone, or no longer the default, and the server gives another one instead."""
    message = f"The sound server gave {now} in the place of {_in_midst(who)}; it is not heard."
    return SourceError("source replaced", message)


def _in_midst(who: str) -> str:
    return who[:1].lower() + who[1:]


def moved(before: str, now: str) -> str:
    """A notice: the sound server switched to another source."""
    return f"the sound server gives {now} now instead of {before}"


def hung(who: str, seconds: float) -> SourceError:
    """A call of PortAudio does not return within `seconds`."""
    return SourceError("no answer", f"{who} did not open within {seconds:g} s.")


def refusal(who: str, error: Exception, rate: int = 0, own_rate: int = 0) -> SourceError:
    """Why the device could not be opened at `rate` Hz; `own_rate` is what it prefers."""
    said = harmless_line(str(error))
    if "Invalid sample rate" in said:
        return _wrong_rate(who, rate, own_rate)
    if any(sign in said for sign in _NO_DEVICE):
        return NoDeviceError(
            "no microphone",
            f"{who} was not found: this machine has no microphone.",
            "Plug one in or start the sound server.",
        )
    if "Multiple input devices" in said:
        message = f"{who} is more than one: the name fits several."
        return SourceError("which microphone?", message, _LIST, retry=Retry.NEVER)
    if any(sign in said for sign in _NO_SUCH):
        return NoDeviceError("no such microphone", f"{who} does not exist.", _LIST)
    return SourceError("microphone failed", f"{who} cannot be opened: {_plain(said)}.", _LIST)


def _plain(said: str) -> str:
    """PortAudio's words without the name of the call and the number behind them."""
    return said.removeprefix("Error opening RawInputStream: ").partition(" [")[0]


def _wrong_rate(who: str, rate: int, own_rate: int) -> SourceError:
    name = f"pcm_{own_rate}"
    return SourceError(
        "wrong rate",
        f"{who} does not record at {rate} Hz, its own rate is {own_rate} Hz.",
        f"Use --audio-format {name}." if name in FORMATS else "Use another microphone.",
        retry=Retry.NEVER,
    )
