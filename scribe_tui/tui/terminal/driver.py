"""Textual's terminal driver, except that a terminal which stops reading holds nothing up.

Textual's own puts frames into a queue of fixed length and blocks the event loop, which
here is also the engine's, once it is full.

Private names: `PRIVATE_NAMES`. There is no way around them: Textual offers drivers, but no
promise of what is in them. Where one is missing the program says so and does not start a
screen; `record` needs none.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Generic, Protocol, TypeVar

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import Screen

from scribe_tui.tui.terminal.writer import TerminalWriter, open_anew

PRIVATE_NAMES = (
    "textual.app:App._display",
    "textual.drivers.linux_driver:LinuxDriver.start_application_mode",
    "textual.drivers.linux_driver:LinuxDriver.stop_application_mode",
)

Result = TypeVar("Result")


class Painter(Protocol):
    """The app, as far as a driver needs it to hold back frames."""

    def resume_painting(self, stalled: bool) -> None:
        """The terminal has taken all; `stalled` if it had stopped reading."""


class PatientApp(App[Result], Generic[Result], inherit_bindings=False):
    """Paints nothing while its terminal is behind, and what is due once it has caught up."""

    def __init__(self, **options: Any) -> None:
        """Options are Textual's."""
        super().__init__(**options)
        self._held = ExitStack()
        self._missed = False

    def resume_painting(self, stalled: bool) -> None:
        """The terminal has caught up: paint what changed, or all if it may have missed some."""
        if (stalled or self._missed) and self.is_running:
            self._missed = False
            self.screen.refresh()
        self._held.close()
        if self.is_running:
            self.frame_soon()

    def frame_soon(self) -> None:
        """Something may be due; for subclasses."""

    def write_beside_frames(self, data: bytes) -> None:
        """Send bytes that draw nothing, such as a bell. Raises OSError where none are taken."""
        driver = self._driver
        if driver is None or not self.is_running:
            raise OSError(errno.EIO, "the screen is closed")
        if isinstance(driver, PatientDriver) and driver.behind:
            raise BlockingIOError(errno.EAGAIN, "the terminal is behind")
        driver.write(data.decode("utf-8", "replace"))

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Paint, unless the terminal is behind; then hold until `resume_painting`."""
        driver = self._driver
        if not isinstance(driver, PatientDriver):
            super()._display(screen, renderable)
        elif driver.behind:
            self._missed = True
        else:
            with driver.frame():
                super()._display(screen, renderable)
            if driver.behind:
                self._held.enter_context(self.batch_update())


class PatientDriver(LinuxDriver):
    """Writes through a `TerminalWriter`; where no descriptor can be had for one, as Textual does.

    Modes are set and reset by plain writes, frames are written within `frame()`.
    """

    def __init__(self, app: App[Any], **options: Any) -> None:
        """For `app`, which is a Painter."""
        super().__init__(app, **options)
        self._outlet: TerminalWriter | None = None
        self._frame: list[str] | None = None
        self._thread = threading.get_ident()

    @property
    def behind(self) -> bool:
        """Whether the terminal still has to take what was written: paint nothing now."""
        return self._outlet is not None and self._outlet.behind

    @contextmanager
    def frame(self) -> Iterator[None]:
        """What is written within goes out as one picture, of no use to a screen that is left."""
        self._frame = []
        try:
            yield
        finally:
            picture, self._frame = "".join(self._frame), None
            if self._outlet is None:
                super().write(picture)
            else:
                self._outlet.write(_encoded(picture), frame=True)

    def write(self, data: str) -> None:
        """Write without waiting, from any thread."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.write, data)
        elif self._frame is not None:
            self._frame.append(data)
        elif self._outlet is None:
            super().write(data)
        else:
            self._outlet.write(_encoded(data))

    def start_application_mode(self) -> None:
        """Open the outlet, then do as Textual does; its writer's thread has nothing to do."""
        descriptor = open_anew(self._file.fileno()) if self._file is not None else None
        if descriptor is not None:
            self._outlet = TerminalWriter(descriptor, self._app.resume_painting)  # type: ignore[attr-defined]
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def stop_application_mode(self) -> None:
        """Restore the terminal; one that does not read is waited for a moment only."""
        super().stop_application_mode()
        if self._outlet is not None:
            self._outlet.finish()

    def close(self) -> None:
        """Give back descriptor and thread."""
        super().close()
        if self._outlet is not None:
            self._outlet.close()
            self._outlet = None


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
