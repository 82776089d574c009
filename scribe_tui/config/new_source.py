"""Sources that are named while the program runs, by the rules of those named at its start."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from scribe_tui.config.names import clean_name, default_name, free_name, split_spec
from scribe_tui.config.paths import names_file
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.settings.source import is_device


def new_source(
    defaults: SourceSettings, name: str, address: str, taken: Collection[str] = ()
) -> SourceSettings:
    """A source at `address` (also `NAME=SOURCE`) that is set as `defaults` are.

    Without a name it gets one made from the address, distinct from those `taken`; a name that
    was given stays as it is. Raises UsageError for what can be no source.
    """
    if "\0" in address:
        raise UsageError("wrong source", "The source holds a NUL character, as none can.")
    in_address, address = split_spec(address)
    given = clean_name(name) or in_address
    return replace(defaults, name=given or free_name(default_name(address), taken), address=address)


def several_addresses(text: str) -> tuple[str, ...]:
    """The sources that one line names: one with blanks in its path, or some with blanks between.

    Recognised by their form: each a web address, a microphone or an existing file.
    Looks at files: not for the event loop's thread.
    """
    text = text.strip()
    pieces = [piece for part in text.split() if (piece := part.strip(",;"))]
    if len(pieces) > 1 and all(_is_address(piece) for piece in pieces) and not names_file(text):
        return tuple(pieces)
    return (text,) if text else ()


def _is_address(piece: str) -> bool:
    try:
        _, address = split_spec(piece)
    except UsageError:
        return False
    return "://" in address or is_device(address) or names_file(address)
