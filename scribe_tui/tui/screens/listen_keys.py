"""The key that plays a pane's live sound, a line or a hit on this machine's speakers."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from textual.worker import Worker

from scribe_tui.errors import SourceError, UsageError
from scribe_tui.events import WatchHit
from scribe_tui.transcript import Line
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.widgets.pane import Pane

Say = Callable[[str], None]


class PanePlayback(NamedTuple):
    """The sound being played, and the worker that plays it.

    `what` is a line, a hit, or None for live sound; `pane` is the session's, None if it has none.
    """

    session: str
    what: Line | WatchHit | None
    pane: Pane | None
    worker: Worker[None]


class ListenActions(MonitorBase, inherit_bindings=False):
    """The listen key, in the panes and in the list of hits."""

    _heard: PanePlayback | None = None

    def action_listen(self) -> None:
        """Play the pane's live sound or its cursor line, or end that."""
        if (pane := self._current) is None:
            return
        line = pane.transcript.cursor_line()
        if (answer := self._why_not(pane.session, line)) is not None:
            self.say(answer)
        else:
            self._hear(pane, line)

    def hear_hit(self, hit: WatchHit, say: Say) -> str:
        """Play the sound of a hit, or end it; return a sentence, and pass later ones to `say`."""
        if (answer := self._why_not(hit.session, hit)) is not None:
            return answer
        from scribe_tui.tui.actions.playback import hearing_hit

        async def hear() -> None:
            line = await self.line_of_hit(hit)
            await hearing_hit(self._controls, hit, line, self.context.run, say)()

        self._begin(hit.session, hit, hear, say)
        return f"Looking for its sound {ELLIPSIS}"

    def _why_not(self, session: str, what: Line | WatchHit | None) -> str | None:
        """End playback; return a sentence if it was of this sound, or if nothing can be played."""
        from scribe_tui.audio.speakers import why_unheard

        heard = self._heard
        self._hush()
        if heard is not None and (heard.session, heard.what) == (session, what):
            return f"{self.name_of(session)} is heard no more."
        return why_unheard(os.environ)

    def _hear(self, pane: Pane, line: Line | None) -> None:
        from scribe_tui.tui.actions.playback import hearing

        run = self.context.run
        try:
            hear = hearing(self._controls, pane.session, line, run, self.say)
        except UsageError as error:
            self.say(error.message)
        else:
            self._begin(pane.session, line, hear, self.say)

    def _begin(
        self,
        session: str,
        what: Line | WatchHit | None,
        hear: Callable[[], Awaitable[None]],
        say: Say,
    ) -> None:
        """Run `hear` as a worker of the screen; the pane shows meanwhile that it is played."""

        async def play() -> None:
            try:
                await hear()
            except (SourceError, UsageError) as error:
                say(f"{error.message} {error.remedy}".strip())
            except Exception as error:  # noqa: BLE001 - said and logged; the recording goes on
                self.faults.log("Listening failed.", error)
                say(f"Listening failed: {type(error).__name__}.")
            finally:
                if self._heard is heard:
                    self._hush()

        if (pane := self.pane_of(session)) is not None:
            pane.show_heard(heard=True)
        worker = self.run_worker(play(), group="listen", exit_on_error=False)
        heard = self._heard = PanePlayback(session, what, pane, worker)

    def _hush(self) -> None:
        """End playback."""
        if self._heard is not None:
            if self._heard.pane is not None:
                self._heard.pane.show_heard(heard=False)
            self._heard.worker.cancel()
            self._heard = None
