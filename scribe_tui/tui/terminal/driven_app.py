"""DrivenApp: the methods of an app that the terminal driver calls."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Generic, TypeVar

from textual.app import App

Result = TypeVar("Result")


class DrivenApp(App[Result], Generic[Result], inherit_bindings=False):
    """An app that can hold its painting back; `PacedApp` does."""

    def __init__(self, **options: Any) -> None:
        """Options are Textual's."""
        super().__init__(**options)
        self.ascii_only = False
        """Nothing but ASCII is written to the terminal, cell for cell."""
        self.blind_rate: float | None = None
        """Most bytes a second for a far terminal that answers nothing; None: it is near."""

    @abstractmethod
    def hold_painting(self) -> None:
        """Gather what changes until `resume_painting`."""

    @abstractmethod
    def resume_painting(self, stalled: bool) -> None:
        """The terminal has caught up: paint what changed, or all if it may have missed some."""

    def terminal_gone(self) -> None:
        """Nothing will ever come from the terminal again; for subclasses."""

    def paste_cut(self) -> None:
        """What was pasted was longer than is taken: its end is lost; for subclasses."""

    def line_seen(self, rate: float | None) -> None:
        """The line takes `rate` bytes a second, None: no limit seen; for subclasses."""
