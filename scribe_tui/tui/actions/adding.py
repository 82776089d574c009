"""Adding sources while the program runs: from what was typed to sessions that begin."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from scribe_tui.errors import UsageError
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.monitor_context import MakeSource, MonitorContext

MOST_PANES = 200
"""More sessions than any plan of the service allows."""


def maker(context: MonitorContext) -> MakeSource:
    """The function that makes sources. Raises UsageError if there is none."""
    if context.make_source is None:
        raise UsageError("no adding", "Sources cannot be added in this run.")
    return context.make_source


def names_of(controls: Controls) -> set[str]:
    """The names that are taken."""
    return {controls.snapshot(session).name for session in controls.sessions}


async def sources_named(
    context: MonitorContext, controls: Controls, text: str, name: str = ""
) -> tuple[tuple[SourceSettings, ...], int]:
    """The sources that `text` names: addresses, or the stations of a list. Raises UsageError.

    Beside them how many stations more the list holds than can be taken at once.
    """
    from scribe_tui.tui.screens.stations import sources_of, sources_typed, stations_in

    make, taken = maker(context), names_of(controls)
    if stations := await asyncio.to_thread(stations_in, text):
        return sources_of(stations, make, taken), stations.left_out
    return await asyncio.to_thread(sources_typed, text, name, make, taken), 0


def too_many(taken: int, left_out: int) -> str:
    """The sentence about a list of which only a part was taken."""
    return f"That list holds {taken + left_out} stations; these are the first {taken} of them."


async def add_sources(
    context: MonitorContext, controls: Controls, sources: Sequence[SourceSettings]
) -> None:
    """Add all of these, or none if there would be too many, and remember them for the next start.

    Raises UsageError. A failure to remember them is ignored.
    """
    if len(controls.sessions) + len(sources) > MOST_PANES:
        raise UsageError("too many", f"There can be {MOST_PANES} panes at most: choose fewer.")
    for source in sources:
        controls.add(source)
    if context.recent is not None:
        await asyncio.to_thread(context.recent.add, [(s.name, s.address) for s in sources])
