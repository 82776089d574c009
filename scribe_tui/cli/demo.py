"""`scribe-tui demo`: four panes on the offline endpoint, no key, no network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from scribe_tui.cli.monitor import show
from scribe_tui.cli.offline import Endpoints, free_of_charge
from scribe_tui.cli.start import LOCAL_KEY, check_outlets, check_watches
from scribe_tui.local.demo.sources import DemoSources
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.settings import Settings, SourceSettings


def run_demo(settings: Settings) -> int:
    """Play the bundled stations and show them; return the exit code. Raises UsageError."""
    check_watches(settings)
    check_outlets(settings)
    return show(settings, _world(settings))


@asynccontextmanager
async def _world(settings: Settings) -> AsyncIterator[tuple[Settings, Endpoints]]:
    async with DemoSources() as world:
        asked = settings.defaults
        sources = tuple(
            free_of_charge(source if asked is None else as_asked(source, asked))
            for source in world.sources
        )
        yield replace(settings, sources=sources), Endpoints(Endpoint(world.url, LOCAL_KEY))


def as_asked(source: SourceSettings, asked: SourceSettings) -> SourceSettings:
    """Return a source of the demo with the options that the command's flags set for sources."""
    speech = replace(source.speech, commit=asked.speech.commit)
    return replace(source, archive=asked.archive, speech=speech)
