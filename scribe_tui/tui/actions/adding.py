"""Adding sources while the program runs: from typed text to running sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from scribe_tui.errors import UsageError
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.monitor_context import MakeSource, MonitorContext

MOST_PANES = 200
"""Most panes: more than any plan of the service allows."""


def maker(context: MonitorContext) -> MakeSource:
    """Return the function that makes sources. Raises UsageError if there is none."""
    if context.make_source is None:
        raise UsageError("no adding", "Sources cannot be added in this run.")
    return context.make_source


def names_of(controls: Controls) -> set[str]:
    """Return the names in use."""
    return {controls.snapshot(session).name for session in controls.sessions}


async def sources_named(
    context: MonitorContext, controls: Controls, text: str, name: str = ""
) -> tuple[tuple[SourceSettings, ...], int]:
    """Return the sources that `text` names: addresses, or stations of a list. Raises UsageError.

    The second value is how many more stations the list has than can be taken at once.
    """
    from scribe_tui.tui.screens.stations import sources_of, sources_typed, stations_in

    make, taken = maker(context), names_of(controls)
    if stations := await asyncio.to_thread(stations_in, text):
        return sources_of(stations, make, taken), stations.left_out
    return await asyncio.to_thread(sources_typed, text, name, make, taken), 0


def too_many(taken: int, left_out: int) -> str:
    """Return the sentence about a list of which only a part was taken."""
    return f"That list holds {taken + left_out} stations; these are the first {taken} of them."


async def add_sources(
    context: MonitorContext, controls: Controls, sources: Sequence[SourceSettings]
) -> None:
    """Add all of `sources`, or none if there would be too many, and save them as recent.

    Raises UsageError. A failure to save them is ignored.
    """
    if len(controls.sessions) + len(sources) > MOST_PANES:
        raise UsageError("too many", f"There can be {MOST_PANES} panes at most: choose fewer.")
    for source in sources:
        controls.add(source)
    if context.recent is not None:
        await asyncio.to_thread(context.recent.add, [(s.name, s.address) for s in sources])
