"""Endpoints: those that a run uses, as set, or the offline one, started alongside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

from scribe_tui.cli.diagnostics import keep_out
from scribe_tui.cli.environment import key_in_file
from scribe_tui.cli.start import LOCAL_KEY, Checked
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.settings import LOCAL_ENDPOINT, Settings, SourceSettings


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The endpoint of all sources, and those of single sources by address as set.

    `key_from_file`: the key, if it comes from `.env`.
    """

    shared: Endpoint
    own: Mapping[str, Endpoint] = field(default_factory=dict)
    key_from_file: str | None = field(default=None, repr=False)

    def of(self, source: SourceSettings) -> Endpoint:
        """Return the endpoint of `source`, determined at each of its starts.

        A key from `.env` is read again: after correcting it, a user only needs to restart the
        source.
        """
        endpoint = self.shared if source.endpoint is None else self.own[source.endpoint]
        if self.key_from_file is None or endpoint.api_key != self.key_from_file:
            return endpoint
        key = key_in_file() or self.key_from_file
        keep_out(key)
        return replace(endpoint, api_key=key)


@asynccontextmanager
async def as_set(checked: Checked) -> AsyncIterator[tuple[Settings, Endpoints]]:
    """Yield the settings as they are, with their endpoints. Raises UsageError."""
    settings = checked.settings
    sources = tuple(
        free_of_charge(source) if settings.endpoint_of(source) == LOCAL_ENDPOINT else source
        for source in settings.sources
    )
    async with endpoints_for(checked) as endpoints:
        yield replace(settings, sources=sources), endpoints


def free_of_charge(source: SourceSettings) -> SourceSettings:
    """Return the source with a price of 0, for recognition on this machine."""
    return replace(source, price_per_hour=0.0)


@asynccontextmanager
async def endpoints_for(checked: Checked) -> AsyncIterator[Endpoints]:
    """Yield the endpoints of this run, which are open while the context is. Raises UsageError."""
    async with AsyncExitStack() as stack:
        offline: Endpoint | None = None
        if None in (checked.endpoint, *checked.own.values()):
            from scribe_tui.local.endpoint import LocalEndpoint

            local = await stack.enter_async_context(LocalEndpoint())
            offline = Endpoint(local.url, LOCAL_KEY)
        yield _with(checked, offline)


def _with(checked: Checked, offline: Endpoint | None) -> Endpoints:
    """Return the endpoints, with `offline` in place of each None."""

    def found(endpoint: Endpoint | None) -> Endpoint:
        endpoint = endpoint or offline
        assert endpoint is not None
        return endpoint

    own = {address: found(endpoint) for address, endpoint in checked.own.items()}
    key = checked.settings.api_key
    return Endpoints(found(checked.endpoint), own, key if key and key == key_in_file() else None)
