"""Sources and monitors of a sound server: how they are listed, and what is said without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.microphone.failures import pulse_refusal
from scribe_tui.audio.microphone.pulse_source import PulseName, PulseSource, instead_of, names_in
from scribe_tui.errors import Retry, SourceError

LISTING = """Auto-detected sources for pulse:
  vmic.monitor [Monitor of Null Output] (none)
* mic [Remapped [USB] \x1b[2JMonitor] (none)
nonsense
"""


def test_names_and_descriptions() -> None:
    assert names_in(LISTING) == (
        PulseName("vmic.monitor", "Monitor of Null Output"),
        PulseName("mic", "Remapped [USB] Monitor", is_default=True),
    )
    assert names_in("Cannot list sources: Generic error in an external library") == ()


def test_each_refusal_is_one_sentence() -> None:
    plain = pulse_refusal("Sound source x", ["Unknown input format: 'pulse'"])
    assert "without PulseAudio" in plain.message
    assert pulse_refusal("Sound source x", []).message.startswith("Sound source x was not found")


async def test_without_a_server(
    decoder: str,
    tmp_path: Path,
    audio_format: AudioFormat,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    with pytest.raises(SourceError) as caught:
        await PulseSource("nobody", audio_format).__aenter__()
    assert caught.value.retry is Retry.BACKOFF
    assert caught.value.message.startswith("Sound source nobody")


@pytest.mark.parametrize(
    ("name", "now", "notices"),
    [
        ("mic", "mic", ()),
        ("mic", "other", ("the sound server gives other now instead of mic",)),
        (None, "other", ()),
        ("@DEFAULT_SOURCE@", "other", ()),
        ("3", "other", ()),
    ],
)
def test_what_is_given_from_the_beginning(name: str | None, now: str, notices: tuple) -> None:
    assert instead_of(name, now) == notices
