"""Settings as they are now, with the watch lists as they were changed while the program ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scribe_tui.settings import Settings, WatchSettings


def with_lists(settings: Settings, lists: Sequence[WatchSettings]) -> Settings:
    """`settings` that listen for `lists` and nothing else.

    The flag's list and those of single sources stand where they stood, unless they hold more
    than words by now, such as heard forms: then they are tables.
    """
    plain = [one for one in lists if one == WatchSettings(words=one.words)]
    own = {
        one.name: one.words
        for one in lists
        if one == WatchSettings(name=one.name, words=one.words, sources=(one.name,))
    }
    names = {source.name for source in settings.sources}
    of_sources = {name: words for name, words in own.items() if name in names}
    return replace(
        settings,
        watch=plain[0].words if plain else (),
        watches=tuple(one for one in lists if one not in plain and one.name not in of_sources),
        sources=tuple(
            replace(source, watch=of_sources.get(source.name, ())) for source in settings.sources
        ),
    )


def with_names(settings: Settings, renamed: Mapping[str, str]) -> Settings:
    """`settings` whose outlets call sources by their present names; `renamed`: of those before."""
    return replace(
        settings,
        outlets=tuple(
            replace(one, sources=tuple(renamed.get(name, name) for name in one.sources))
            for one in settings.outlets
        ),
    )
