"""Which endpoint a run talks to: the one that was set, or the offline one, started alongside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from scribe_tui.cli.start import LOCAL_KEY, Checked
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.settings import Settings


@asynccontextmanager
async def as_set(checked: Checked) -> AsyncIterator[tuple[Settings, Endpoint]]:
    """The settings as they are, with their endpoint. Raises UsageError."""
    async with endpoint_for(checked) as endpoint:
        yield checked.settings, endpoint


@asynccontextmanager
async def endpoint_for(checked: Checked) -> AsyncIterator[Endpoint]:
    """The endpoint for this run, open as long as the context. Raises UsageError."""
    if checked.endpoint is not None:
        yield checked.endpoint
        return
    from scribe_tui.local.endpoint import LocalEndpoint

    async with LocalEndpoint() as local:
        yield Endpoint(local.url, LOCAL_KEY)
