"""Changing a source while it runs: its name, recognition, watch words and price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scribe_tui.config.names import clean_name, free_name
from scribe_tui.config.options import OPTIONS
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.session.controls import Controls
from scribe_tui.settings import SourceSettings, WatchSettings
from scribe_tui.settings.watch import FLAG_WATCH, MAX_WORD_CHARS
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.watch_words import WatchWords

_OPTIONS = {option.name: option for option in OPTIONS}
LABELS = {
    "language": "language",
    "commit": "commit",
    "watch": "watch words",
    "price_per_hour": "price an hour",
}
"""The fields that can be changed, and their labels."""


def rename(controls: Controls, context: MonitorContext, session: str, text: str) -> str:
    """Rename a session, also in its watch lists; returns a sentence. Raises UsageError."""
    name = clean_name(text)
    if not name:
        raise UsageError("no name", "A source needs a name.")
    before = as_it_is(controls, context, session)
    if context.watch is not None and before.watch:
        _check_list(context.watch, name)
    controls.rename(session, name)
    _watch(context.watch, before, replace(before, name=name))
    for one in context.watch.lists if context.watch is not None else ():
        if before.name in one.sources and context.watch is not None:
            sources = tuple(name if source == before.name else source for source in one.sources)
            context.watch.set_list(replace(one, sources=sources))
    return f"it is called {name} now"


def set_anew(
    controls: Controls, context: MonitorContext, session: str, values: Mapping[str, str]
) -> str:
    """Apply typed settings; returns a sentence, empty if nothing changed. Raises UsageError."""
    before = as_it_is(controls, context, session)
    after = changed(before, values)
    if after == before:
        return ""
    if after.watch != before.watch:
        _watch(context.watch, before, after)
    controls.change(session, after)
    return f"changed {after.name}{_from_when(before, after)}"


def texts_of(source: SourceSettings) -> dict[str, str]:
    """Return the fields of `LABELS` as texts for the form."""
    return {
        "language": source.speech.language or "",
        "commit": source.speech.commit,
        "watch": ", ".join(source.watch),
        "price_per_hour": f"{source.price_per_hour:g}",
    }


def _from_when(before: SourceSettings, after: SourceSettings) -> str:
    """Return a phrase that says when the change takes effect in a running session."""
    if after.runs_like(before):
        return ""
    return "; from its next pause on" if after.sounds_like(before) else "; it starts anew"


def changed(source: SourceSettings, values: Mapping[str, str]) -> SourceSettings:
    """Return `source` with the form's values; empty ones mean the default. Raises UsageError."""
    read = {
        name: _OPTIONS[name].from_text(values[name], label)
        if values[name]
        else _OPTIONS[name].default
        for name, label in LABELS.items()
    }
    speech = replace(source.speech, language=read["language"], commit=read["commit"])
    return replace(
        source, speech=speech, watch=read["watch"], price_per_hour=read["price_per_hour"]
    )


def as_it_is(controls: Controls, context: MonitorContext, session: str) -> SourceSettings:
    """Return the settings of a source, with its own watch words as they are now."""
    source = controls.settings_of(session)
    if context.watch is None:
        return source
    own = _own_list(context.watch, source.name)
    return replace(source, watch=own.words if own is not None else ())


def _own_list(watch: WatchWords, name: str) -> WatchSettings | None:
    return next((one for one in watch.lists if one.name == name and one.sources == (name,)), None)


def _watch(watch: WatchWords | None, before: SourceSettings, after: SourceSettings) -> None:
    """Apply the own watch words of a source, keeping their heard forms. Raises UsageError."""
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
    """Raise UsageError if a list other than the source's own has its name."""
    if any(one.name == name and one.sources != (name,) for one in watch.lists):
        raise UsageError(
            "list taken",
            f"There is a watch list {name} already, for more than this pane.",
            "Put the words there with w, or give the pane another name.",
        )


def put_word_in(watch: WatchWords, text: str) -> str:
    """Listen for a word in all sources; return the word without control characters.

    Raises UsageError.
    """
    word = harmless_line(text)
    if not word:
        raise UsageError("no word", "Type a word or a phrase first.")
    if len(word) > MAX_WORD_CHARS:
        raise UsageError("long word", f"A watch word has at most {MAX_WORD_CHARS} characters.")
    narrow = {one.name for one in watch.lists if one.sources}
    watch.add_word(word, free_name(FLAG_WATCH, narrow))
    return word


def put_back(watch: WatchWords, before: WatchSettings, word: str) -> None:
    """Put a word back into the list `before` that it was removed from, with its heard forms."""
    taught = tuple(pair for pair in before.heard_as if pair[0] == word)
    now = next((one for one in watch.lists if one.name == before.name), None)
    if now is None:
        watch.set_list(replace(before, words=(word,), heard_as=taught))
    elif word not in now.words:
        words, heard_as = (*now.words, word), (*now.heard_as, *taught)
        watch.set_list(replace(now, words=words, heard_as=heard_as))


def take_word_out(watch: WatchWords, text: str) -> str | None:
    """Remove a watch word from its list; return the word, None: no list has it."""
    wanted = folded(text)
    for one in watch.lists:
        for word in one.words:
            if folded(word) == wanted:
                watch.remove_word(word, one.name)
                return word
    return None
