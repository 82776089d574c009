"""The keys that have an effect on the current pane in its present state."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.events import State
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.keys import Shortcut

LIGHTS = (
    ("first light", "Bytes arrive from the source."),
    ("second light", "There is sound in them; dark is silence."),
    ("third light", "Text comes out of it."),
)
"""What the three lights at the bottom of a pane mean, left to right."""


def keys_now(
    keys: Sequence[Shortcut], snapshot: SessionSnapshot | None, *, zoomed: bool, scrolled: bool
) -> list[tuple[Shortcut, str]]:
    """Return keys with what each would do at this moment, the most useful first.

    `snapshot` is that of the chosen pane, None if there is none.
    """
    says: dict[str, str] = {}
    if snapshot is None:
        says["add"] = "Add a source: there is none yet."
    else:
        says |= _of_pane(snapshot)
    if scrolled:
        says["end"] = "Back to the live end: this pane stands still."
    if zoomed:
        says["zoom"] = "Back to all panes."
    by_id = {key.id: key for key in keys}
    return [(by_id[name], text) for name, text in says.items() if name in by_id]


def _of_pane(snapshot: SessionSnapshot) -> dict[str, str]:
    name = snapshot.name
    if snapshot.state in OVER or snapshot.state is State.IDLE:
        return {"stop": f"Start {name}.", "remove": f"Take the pane of {name} away."}
    says: dict[str, str] = {}
    if snapshot.trouble is not None:
        says["reconnect"] = f"Try {name} again at once."
    if snapshot.paused:
        says["pause"] = f"Send the sound of {name} again."
    elif snapshot.state is State.LIVE:
        says["commit"] = f"Turn the grey text of {name} into a line."
    says["stop"] = f"Stop {name} and save its last words."
    return says
