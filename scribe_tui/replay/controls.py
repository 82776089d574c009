"""ReplayControls: the screen's controls over a recording, which cannot be steered."""

from __future__ import annotations

from scribe_tui.errors import UsageError
from scribe_tui.replay.player import Player
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.settings import SourceSettings

WHY_NOT = "this is a replay: it happened already"


class ReplayControls:
    """`Controls` whose sessions are those of a recorded run, at the player's instant.

    What steers a live session does nothing, or raises UsageError where it would have to
    give a result.
    """

    def __init__(self, player: Player) -> None:
        self.player = player

    @property
    def sessions(self) -> tuple[str, ...]:
        """All sessions of the run, in the order they were opened."""
        return tuple(self.player.recording.tapes)

    def snapshot(self, session: str) -> SessionSnapshot:
        """What was known of it at that instant. Raises KeyError."""
        return self.player.recording.tapes[session].facts.snapshot(self.player.now())

    def recent_sound(self, session: str) -> None:
        """None: a replay has no sound in memory."""

    def settings_of(self, session: str) -> SourceSettings:
        """Its name and address as they were recorded; nothing is billed. Raises KeyError."""
        facts = self.player.recording.tapes[session].facts
        return SourceSettings(name=facts.name, address=facts.source, price_per_hour=0.0)

    def commit(self, session: str) -> None:
        """Nothing."""

    def stop(self, session: str) -> None:
        """Nothing."""

    def start(self, session: str) -> None:
        """Nothing."""

    def reconnect(self, session: str) -> None:
        """Nothing."""

    def set_paused(self, session: str, paused: bool) -> None:
        """Nothing."""

    def add(self, source: SourceSettings) -> str:
        """Raises UsageError."""
        raise _refused()

    def remove(self, session: str) -> None:
        """Nothing."""

    def rename(self, session: str, name: str) -> None:
        """Raises UsageError."""
        raise _refused()

    def change(self, session: str, source: SourceSettings) -> None:
        """Raises UsageError."""
        raise _refused()

    async def run(self) -> None:
        """Play until cancelled."""
        await self.player.run()

    async def drain(self) -> None:
        """There is nothing to be saved."""


def _refused() -> UsageError:
    return UsageError("a replay", f"Not now: {WHY_NOT}.")
