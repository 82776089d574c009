"""Forms about one pane: its name, its settings."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.config.names import clean_name
from scribe_tui.config.options import OPTIONS
from scribe_tui.errors import UsageError
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings, WatchSettings
from scribe_tui.tui.screen_context import ScreenContext, WatchWords
from scribe_tui.tui.screens.form import Field, FormScreen, Values

_OPTIONS = {option.name: option for option in OPTIONS}
_LABELS = {
    "language": "language",
    "commit": "commit",
    "watch": "watch words",
    "price_per_hour": "price an hour",
}


def rename_form(controls: Controls, context: ScreenContext, session: str) -> FormScreen:
    """Another name for the pane."""

    async def rename(values: Values) -> str:
        name = clean_name(values["name"])
        if not name:
            raise UsageError("no name", "A pane needs a name.")
        before = _as_it_is(controls, context, session)
        if context.watch is not None and before.watch:
            _check_list(context.watch, name)
        controls.rename(session, name)
        _watch(context.watch, before, replace(before, name=name))
        return f"it is called {name} now"

    name = controls.snapshot(session).name
    return FormScreen(f"Rename {name}", [Field("name", "name", name)], rename, "renames it")


def settings_form(controls: Controls, context: ScreenContext, session: str) -> FormScreen:
    """Language, commit policy, watch words and price of the pane."""
    source = _as_it_is(controls, context, session)

    async def change(values: Values) -> str:
        before = _as_it_is(controls, context, session)
        after = changed(before, values)
        if after == before:
            return ""
        if after.watch != before.watch:
            _watch(context.watch, before, after)
        controls.change(session, after)
        return f"changed {after.name}{_from_when(before, after)}"

    fields = (
        Field(
            "language", _LABELS["language"], source.speech.language or "", "the service finds out"
        ),
        Field(
            "commit", _LABELS["commit"], source.speech.commit, "vad, manual, or a number of seconds"
        ),
        Field(
            "watch", _LABELS["watch"], ", ".join(source.watch), "of this pane alone, with commas"
        ),
        Field("price_per_hour", _LABELS["price_per_hour"], f"{source.price_per_hour:g}", "0"),
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
        name: _OPTIONS[name].from_text(values[name], label)
        if values[name]
        else _OPTIONS[name].default
        for name, label in _LABELS.items()
    }
    speech = replace(source.speech, language=read["language"], commit=read["commit"])
    return replace(
        source, speech=speech, watch=read["watch"], price_per_hour=read["price_per_hour"]
    )


def _as_it_is(controls: Controls, context: ScreenContext, session: str) -> SourceSettings:
    """What a source is set to, with the words of its own that are listened for by now."""
    source = controls.settings_of(session)
    if context.watch is None:
        return source
    own = _own_list(context.watch, source.name)
    return replace(source, watch=own.words if own is not None else ())


def _own_list(watch: WatchWords, name: str) -> WatchSettings | None:
    return next((one for one in watch.lists if one.name == name and one.sources == (name,)), None)


def _watch(watch: WatchWords | None, before: SourceSettings, after: SourceSettings) -> None:
    """Listen for the own words of a source as it is now, as they were taught. Raises UsageError."""
    if watch is None:
        return
    if after.watch:
        _check_list(watch, after.name)
        own = _own_list(watch, before.name) or WatchSettings(words=after.watch)
        taught = tuple(pair for pair in own.heard_as if pair[0] in after.watch)
        watch.set_list(
            replace(
                own,
                name=after.name,
                words=after.watch,
                heard_as=taught,
                sources=(after.name,),
            )
        )
    if before.watch and (before.name != after.name or not after.watch):
        watch.remove_list(before.name)


def _check_list(watch: WatchWords, name: str) -> None:
    """Raise UsageError where another list than the source's own has its name."""
    if any(one.name == name and one.sources != (name,) for one in watch.lists):
        raise UsageError(
            "list taken",
            f"There is a watch list {name} already, for more than this pane.",
            "Put the words there with w, or give the pane another name.",
        )
