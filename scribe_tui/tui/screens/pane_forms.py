"""Forms for one pane: its name and its settings."""

from __future__ import annotations

from scribe_tui.session.controls import Controls
from scribe_tui.tui.actions import changing
from scribe_tui.tui.actions.changing import LABELS
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.form import FormField, FormScreen, Values

_HINTS = {
    "language": "the service finds out",
    "commit": "vad, manual, or a number of seconds",
    "watch": "of this pane alone, with commas",
    "price_per_hour": "0",
}


def rename_form(controls: Controls, context: MonitorContext, session: str) -> FormScreen:
    """Return the form that renames the pane."""

    async def rename(values: Values) -> str:
        return changing.rename(controls, context, session, values["name"])

    name = controls.snapshot(session).name
    return FormScreen(f"Rename {name}", [FormField("name", "name", name)], rename, "renames it")


def settings_form(controls: Controls, context: MonitorContext, session: str) -> FormScreen:
    """Return the form for language, commit policy, watch words and price of the pane."""
    source = changing.as_it_is(controls, context, session)

    async def change(values: Values) -> str:
        return changing.set_anew(controls, context, session, values)

    fields = [
        FormField(name, LABELS[name], text, _HINTS[name])
        for name, text in changing.texts_of(source).items()
    ]
    return FormScreen(f"Settings of {source.name}", fields, change, "takes them")
