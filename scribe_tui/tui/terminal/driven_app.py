"""DrivenApp: the methods of an app that the terminal driver calls."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Generic, TypeVar

from textual.app import App

Result = TypeVar("Result")


class DrivenApp(App[Result], Generic[Result], inherit_bindings=False):
    """An app that can hold its painting back; `PacedApp` does."""

    def __init__(self, **options: Any) -> None:
        """Take Textual's options."""
        super().__init__(**options)
        self.ascii_only = False
        """Whether only ASCII is written to the terminal; each replacement takes as many cells."""
        self.blind_rate: float | None = None
        """Most bytes per second for a remote terminal that answers nothing; None: it is local."""

    @abstractmethod
    def hold_painting(self) -> None:
        """Paint nothing and collect changes until `resume_painting`."""

    @abstractmethod
    def resume_painting(self, stalled: bool) -> None:
        """Paint what changed, now that the terminal has caught up; everything if `stalled`."""

    def terminal_gone(self) -> None:
        """Called when the terminal is gone and will send nothing more; for subclasses."""

    def paste_cut(self) -> None:
        """Called when pasted text was too long and its end was dropped; for subclasses."""

    def line_seen(self, rate: float | None) -> None:
        """Called with the bytes per second that the line takes, None: no limit; for subclasses."""
