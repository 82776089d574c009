"""Sources that are named while the program runs, by the rules of those named at its start."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from scribe_tui.config.names import clean_name, default_name, split_spec
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings


def new_source(
    defaults: SourceSettings, name: str, address: str, taken: Collection[str] = ()
) -> SourceSettings:
    """A source at `address` (also `NAME=SOURCE`) that is set as `defaults` are.

    Without a name it gets one made from the address, told apart from those `taken`; a name that
    was given stays as it is. Raises UsageError for what can be no source.
    """
    if "\0" in address:
        raise UsageError("wrong source", "The source holds a NUL character, as none can.")
    in_address, address = split_spec(address)
    given = clean_name(name) or in_address
    return replace(defaults, name=given or free_name(default_name(address), taken), address=address)


def free_name(name: str, taken: Collection[str]) -> str:
    """`name`, or `name-2` and so on where that is taken."""
    free, number = name, 1
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
