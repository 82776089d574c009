"""RecentSources: the sources used last, offered when one is added.

Kept in a file of this user's alone. An address with a password or a token in it is not kept: a
masked one would lead nowhere, and a file of addresses is no place for secrets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from scribe_tui.config.names import clean_name
from scribe_tui.sanitize import mask_address

MOST = 20
MAX_BYTES = 200_000
MAX_ADDRESS = 2000
"""Longer addresses are not kept."""


class Recent(NamedTuple):
    """A source that was used before."""

    name: str
    address: str


class RecentSources:
    """The last sources, newest first."""

    def __init__(self, file: Path) -> None:
        """They are kept in `file`, which need not be there."""
        self._file = file

    def read(self) -> tuple[Recent, ...]:
        """The kept sources; none if the file is missing, unreadable or not the user's own."""
        try:
            descriptor = os.open(self._file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as file:
                found = json.loads(file.read(MAX_BYTES))
        except (OSError, ValueError, RecursionError):
            return ()
        if not isinstance(found, list):
            return ()
        return tuple(recent for item in found[:MOST] if (recent := _read(item)) is not None)

    def add(self, sources: Iterable[tuple[str, str]]) -> bool:
        """Keep (name, address) pairs as the newest; False where the file cannot be written."""
        new = [Recent(name, address) for name, address in sources if may_be_kept(address)]
        if not new:
            return True
        known = {recent.address for recent in new}
        kept = [*new, *(recent for recent in self.read() if recent.address not in known)][:MOST]
        part = self._file.with_suffix(".part")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(kept, file)
            part.replace(self._file)
        except (OSError, UnicodeEncodeError):  # a full disk, or a name that is no text
            return False
        return True


def may_be_kept(address: str) -> bool:
    """Whether `address` holds no secret and can be used again."""
    return (
        address != "-"
        and len(address) <= MAX_ADDRESS
        and address.isprintable()
        and mask_address(address) == address
    )


def _read(item: object) -> Recent | None:
    match item:
        case [str(name), str(address)] if address.strip() and may_be_kept(address):
            return Recent(clean_name(name), address)
    return None
