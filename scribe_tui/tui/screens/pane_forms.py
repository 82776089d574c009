"""Forms about one pane: its name, its settings."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.config.names import clean_name
from scribe_tui.config.options import OPTIONS
from scribe_tui.errors import UsageError
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings, WatchSettings
from scribe_tui.tui.desk import Desk, WatchWords
from scribe_tui.tui.screens.form import Field, FormScreen, Values

_OPTIONS = {option.name: option for option in OPTIONS}


def rename_form(controls: Controls, desk: Desk, session: str) -> FormScreen:
    """Another name for the pane."""

    async def rename(values: Values) -> str:
        name = clean_name(values["name"])
        if not name:
            raise UsageError("no name", "A pane needs a name.")
        before = controls.settings_of(session)
        controls.rename(session, name)
        _watch(desk.watch, before, replace(before, name=name))
        return f"it is called {name} now"

    name = controls.snapshot(session).name
    return FormScreen(f"Rename {name}", [Field("name", "name", name)], rename, "renames it")


def settings_form(controls: Controls, desk: Desk, session: str) -> FormScreen:
    """Language, commit policy, watch words and price of the pane."""
    source = controls.settings_of(session)

    async def change(values: Values) -> str:
        before = controls.settings_of(session)
        after = changed(before, values)
        if after == before:
            return ""
        _watch(desk.watch, before, after)
        controls.change(session, after)
        return f"changed {after.name}{_from_when(before, after)}"

    fields = (
        Field("language", "language", source.speech.language or "", "the service finds out"),
        Field("commit", "commit", source.speech.commit, "vad, manual, or a number of seconds"),
        Field("watch", "watch words", ", ".join(source.watch), "of this pane alone, with commas"),
        Field("price_per_hour", "price an hour", f"{source.price_per_hour:g}", "0"),
    )
    return FormScreen(f"Settings of {source.name}", fields, change, "takes them")


def _from_when(before: SourceSettings, after: SourceSettings) -> str:
    """From when on it counts for a session that runs."""
    if after.runs_like(before):
        return ""
    return "; from its next pause on" if after.sounds_like(before) else "; it starts anew"


def changed(source: SourceSettings, values: Values) -> SourceSettings:
    """`source` with what stands in the form; what is empty is as by default. Raises UsageError."""
    read = {
        name: _OPTIONS[name].from_text(values[name], name)
        if values[name]
        else _OPTIONS[name].default
        for name in ("language", "commit", "watch", "price_per_hour")
    }
    speech = replace(source.speech, language=read["language"], commit=read["commit"])
    return replace(
        source, speech=speech, watch=read["watch"], price_per_hour=read["price_per_hour"]
    )


def _watch(watch: WatchWords | None, before: SourceSettings, after: SourceSettings) -> None:
    """Listen for the own words of a source as it is now. Raises UsageError."""
    if watch is None:
        return
    if after.watch:
        own = WatchSettings(name=after.name, words=after.watch, sources=(after.name,))
        watch.set_list(own)
    if before.watch and (before.name != after.name or not after.watch):
        watch.remove_list(before.name)
