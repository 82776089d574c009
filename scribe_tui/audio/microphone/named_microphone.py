"""NamedMicrophone: `mic` and `mic:NAME` through PortAudio, else through the sound server itself.

PortAudio knows a PulseAudio or PipeWire server as one device and lists none of its names; where
its bridge to the server is not installed it knows nothing of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.microphone.failures import NoDeviceError
from scribe_tui.audio.microphone.microphone_source import MicrophoneSource
from scribe_tui.audio.microphone.pulse_source import PulseName, PulseSource, list_pulse
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import Source, SourceStatus
from scribe_tui.sanitize import harmless_line

_MONITOR = ".monitor"
"""Suffix of the server's monitors (what it plays): part of their name never means a microphone."""


def named(names: Sequence[PulseName], wanted: str) -> PulseName | None:
    """The one source whose name or description is `wanted` or holds it.

    None unless it is unique.
    """
    for exact in (
        [each for each in names if wanted == each.name],
        [each for each in names if wanted == each.description],
    ):
        if exact:
            return exact[0]
    part = wanted.casefold()
    found = [
        each
        for each in names
        if not each.name.endswith(_MONITOR)
        and (part in each.name.casefold() or part in each.description.casefold())
    ]
    return found[0] if len(found) == 1 else None


def default(names: Sequence[PulseName]) -> PulseName | None:
    """The server's default source, unless that is a monitor of what it plays."""
    found = [each for each in names if each.is_default and not each.name.endswith(_MONITOR)]
    return found[0] if found else None


class NamedMicrophone:
    """One recording; a live `Source`. `name` None: the default microphone.

    Its errors are those of the last way that was tried (PortAudio, then the sound server).
    """

    is_live = True
    never_repeats = True

    def __init__(
        self, name: str | None, audio_format: AudioFormat, options: SourceOptions | None = None
    ) -> None:
        self._name = name
        self._format = audio_format
        self._options = options
        self._source: Source = MicrophoneSource(name, audio_format, options)
        self._notice: str | None = None
        self._inner: SourceStatus | None = None
        self._status = SourceStatus(codec="pcm")

    @property
    def status(self) -> SourceStatus:
        """The facts of the recording, with a notice if it does not go through PortAudio."""
        inner = self._source.status
        if inner is not self._inner:
            self._inner = inner
            notices = (self._notice, *inner.notices) if self._notice else inner.notices
            self._status = replace(inner, notices=notices)
        return self._status

    async def __aenter__(self) -> Self:
        try:
            await self._source.__aenter__()
        except NoDeviceError:
            names = await list_pulse()
            found = default(names) if self._name is None else named(names, self._name)
            if found is None:
                raise
            source = PulseSource(found.name, self._format, self._options)
            await source.__aenter__()
            self._source = source
            self._notice = harmless_line(f"heard as pulse:{found.name}, which PortAudio has not")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._source.__aexit__(kind, error, traceback)

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return aiter(self._source)

    async def __anext__(self) -> AudioChunk:
        return await anext(aiter(self._source))
