"""SourceName: what a session is called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceName:
    """What a session is called: its id, the user's name for it, its address fit to be shown."""

    session: str
    name: str
    address: str
