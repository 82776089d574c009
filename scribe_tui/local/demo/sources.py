"""What `scribe-tui demo` watches: the offline endpoint, three stations and a file."""

from __future__ import annotations

from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

from scribe_tui.local.demo.clips import load_clips
from scribe_tui.local.demo.stations import StationServer
from scribe_tui.local.endpoint import LocalEndpoint
from scribe_tui.settings import SourceSettings, SpeechSettings

PAUSE_SECONDS: Final = 0.5
"""VAD pause for the demo: the bundled voices pause longer than this after each sentence, so that
each sentence becomes a line."""
_SPEECH = SpeechSettings(vad_silence_threshold_secs=PAUSE_SECONDS)


class DemoSources:
    """Runs endpoint and stations while entered, in this process except for the recognition.

    Entering raises UsageError if there is no recogniser. Leaving takes under a second.
    """

    def __init__(self) -> None:
        self._clips = load_clips()
        self._endpoint = LocalEndpoint()
        self._stations = StationServer(self._clips.stations)
        self._stack = AsyncExitStack()

    @property
    def url(self) -> str:
        """The endpoint's address."""
        return self._endpoint.url

    @property
    def sources(self) -> tuple[SourceSettings, ...]:
        """Three stations (two MP3, one Ogg) and a file."""
        stations = zip(self._clips.stations, self._stations.urls, strict=True)
        file = self._clips.file.path
        return (
            *(SourceSettings(name=it.name, address=url, speech=_SPEECH) for it, url in stations),
            SourceSettings(name=file.stem, address=str(file), speech=_SPEECH),
        )

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._endpoint)
            await stack.enter_async_context(self._stations)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()
