"""The key that plays a pane's live sound, or a line's, through this machine's speakers."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from textual.worker import Worker

from scribe_tui.errors import SourceError, UsageError
from scribe_tui.transcript import Line
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.widgets.pane import Pane


class Heard(NamedTuple):
    """What is being heard, and the task that plays it; `line` is None for live sound."""

    pane: Pane
    line: Line | None
    worker: Worker[None]


class ListenActions(MonitorBase, inherit_bindings=False):
    """`o`."""

    _heard: Heard | None = None

    def action_listen(self) -> None:
        """Play the pane's live sound, or its cursor line; again: stop."""
        from scribe_tui.audio.speakers import why_unheard

        if (pane := self._current) is None:
            return
        line = pane.transcript.cursor_line()
        heard = self._heard
        self._hush()
        if heard is not None and (heard.pane, heard.line) == (pane, line):
            self.say(f"{self.name_of(pane.session)} is heard no more.")
        elif (why_not := why_unheard(os.environ)) is not None:
            self.say(why_not)
        else:
            self._hear(pane, line)

    def _hear(self, pane: Pane, line: Line | None) -> None:
        from scribe_tui.tui.actions.playback import hearing

        run = self.context.run
        try:
            hear = hearing(self._controls, pane.session, line, run, self.say)
        except UsageError as error:
            self.say(error.message)
        else:
            self._begin(pane, line, hear)

    def _begin(self, pane: Pane, line: Line | None, hear: Callable[[], Awaitable[None]]) -> None:
        """Play by `hear`, in a task of the screen; the pane says so meanwhile."""

        async def play() -> None:
            try:
                await hear()
            except (SourceError, UsageError) as error:
                self.say(f"{error.message} {error.remedy}".strip())
            except Exception as error:  # noqa: BLE001 - said and logged; the recording goes on
                self.faults.log("Listening failed.", error)
                self.say(f"Listening failed: {type(error).__name__}.")
            finally:
                if self._heard is heard:
                    self._hush()

        pane.show_heard(heard=True)
        worker = self.run_worker(play(), group="listen", exit_on_error=False)
        heard = self._heard = Heard(pane, line, worker)

    def _hush(self) -> None:
        """End what is heard."""
        if self._heard is not None:
            self._heard.pane.show_heard(heard=False)
            self._heard.worker.cancel()
            self._heard = None
