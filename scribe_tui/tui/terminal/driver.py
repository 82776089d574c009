"""Textual's terminal driver, changed so that no terminal can block or end the program.

Textual's own driver blocks the event loop when the terminal stops reading, ends the program at a
byte that is not UTF-8, spins when the terminal is gone, takes answers of the terminal for keys, and
trusts the environment about the terminal's size.

Private names: `PRIVATE_NAMES`. They cannot be avoided: Textual lets a program choose its driver,
but promises nothing about what a driver contains. If one of them is missing, the program does not
start a screen and says so; `record` needs none of them.
"""

from __future__ import annotations

import os
import signal
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from textual import events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

from scribe_tui.tui.rendering.signs import in_ascii
from scribe_tui.tui.terminal import keys_in
from scribe_tui.tui.terminal.driven_app import DrivenApp
from scribe_tui.tui.terminal.flow_control import ASK, MUTE_SECONDS, FlowControl
from scribe_tui.tui.terminal.keys_in import KeysIn
from scribe_tui.tui.terminal.size import ASK_SIZE, USUAL, ColumnsRows, bounded, size_of
from scribe_tui.tui.terminal.writer import TerminalWriter, open_anew

PRIVATE_NAMES = (
    "textual.drivers.linux_driver:LinuxDriver._get_terminal_size",
    "textual.drivers.linux_driver:LinuxDriver._run_input_thread",
    "textual.drivers.linux_driver:LinuxDriver._patch_lflag",
    "textual.drivers.linux_driver:LinuxDriver._patch_iflag",
    "textual.drivers.linux_driver:LinuxDriver._enable_mouse_support",
    "textual.drivers.linux_driver:LinuxDriver.run_input_thread",
    *keys_in.PRIVATE_NAMES,
)

SIZE_SECONDS = 3.0
"""Longest wait for a terminal of unknown size to answer; after it the usual size is taken."""
GATHER_SECONDS = 0.03
"""Size changes within this many seconds are handled as one."""
CLEAR = "\x1b[0m\x1b[H\x1b[2J"
"""Sent before leaving: without an alternate screen (GNU screen) the prompt would land in ours."""
MODES_AGAIN = "\x1b[?25l\x1b[?1004h\x1b[?2004h\x1b[?7l\x1b[<u\x1b[>25u"
"""The modes to set again in a terminal that attached later (dtach, GNU screen)."""

SYNC_BEGIN, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
SMALL_CHARS = 300
"""A frame of at most this many characters needs no synchronized output: it is one short write."""

KEY_SECONDS = 1.5
"""Seconds after a key press in which the cells it may have changed are painted first."""


def terse(pieces: Sequence[str]) -> str:
    """Join `pieces` to one frame; a small one without the sequences for synchronized output."""
    if len(pieces) > 1 and pieces[0] == SYNC_BEGIN and pieces[-1] == SYNC_END:
        inner = "".join(pieces[1:-1])
        if len(inner) <= SMALL_CHARS:
            return inner
    return "".join(pieces)


class NonBlockingDriver(LinuxDriver):
    """Writes through a `TerminalWriter`, or as Textual does if the terminal cannot be opened again.

    Terminal modes are set and reset by plain writes; frames are written inside `frame()`. The app
    must be a `DrivenApp`.
    """

    _app: DrivenApp[Any]

    def __init__(self, app: App[Any], **options: Any) -> None:
        """Drive `app`, which must be a DrivenApp."""
        super().__init__(app, **options)
        self._writer: TerminalWriter | None = None
        self._frame: list[str] | None = None
        self._thread = threading.get_ident()
        self._flow = FlowControl(self._app.blind_rate)
        self._answered_size: ColumnsRows | None = None
        self._size_asked = False
        self._unsized = False
        self._slow = False
        self.key_at = 0.0
        self._runs = False
        self._modes_due = False
        self._resize_due = False
        for number in (signal.SIGTSTP, signal.SIGCONT):
            signal.signal(number, signal.SIG_DFL)  # Textual's may run in the middle of anything

    @property
    def behind(self) -> bool:
        """Whether the terminal cannot take more now, so that nothing should be painted."""
        written = self._writer is not None and self._writer.behind
        return written or self._unsized or self._slow

    @property
    def room(self) -> float | None:
        """How many bytes may be written now; None: no limit."""
        return self._flow.room(time.monotonic())

    @property
    def is_thin(self) -> bool:
        """Whether several measurements found the line slow."""
        return self._flow.thin_rate is not None

    @property
    def key_pressed(self) -> bool:
        """Whether a key was pressed within the last KEY_SECONDS."""
        return time.monotonic() < self.key_at + KEY_SECONDS

    @contextmanager
    def frame(self) -> Iterator[None]:
        """Collect what is written inside the block and send it as one frame.

        A frame that still waits when the screen is left is dropped.
        """
        self._frame = []
        try:
            yield
        finally:
            picture, self._frame = self._in_its_signs(terse(self._frame)), None
            if picture:
                now = time.monotonic()
                self._flow.wrote(len(_encoded(picture)), now)
                if self._flow.should_ask(now):
                    picture += self._asking()
                self._look_for_room()
            if self._writer is None:
                super().write(picture)
            else:
                self._writer.write(_encoded(picture), frame=True)

    def _look_for_room(self) -> None:
        """Stop painting while as many bytes are on the way as a thin or unknown line may hold."""
        now, way = time.monotonic(), self._flow
        self._slow = not way.has_room(now)
        if self._slow and (seconds := way.seconds_to_room(now)) is not None:
            self._loop.call_later(seconds, self._line_moved)

    def write(self, data: str) -> None:
        """Write without blocking, from any thread."""
        if threading.get_ident() != self._thread:
            self._loop.call_soon_threadsafe(self.write, data)
        elif self._frame is not None:
            self._frame.append(data)
        elif self._writer is None:
            super().write(self._in_its_signs(data))
        else:
            self._writer.write(_encoded(self._in_its_signs(data)))

    def _in_its_signs(self, text: str) -> str:
        """Return `text` as this terminal can show it, so that widgets need not know about ASCII."""
        return in_ascii(text) if self._app.ascii_only else text

    def start_application_mode(self) -> None:
        """Open the writer, then start as Textual does; Textual's own writer thread stays idle."""
        descriptor = open_anew(self._file.fileno()) if self._file is not None else None
        if descriptor is not None:
            self._writer = TerminalWriter(descriptor, self._app.resume_painting)
        self._runs = True
        self._unsized = self._known_size() is None
        super().start_application_mode()  # type: ignore[no-untyped-call]
        for number, act in (
            (signal.SIGWINCH, self._resized),
            (signal.SIGTSTP, self._suspend),
            (signal.SIGCONT, self._continued),
        ):
            self._loop.add_signal_handler(number, act)
        if self._unsized:
            self._ask_size()
            self._loop.call_later(SIZE_SECONDS, self._sized, USUAL)
        else:
            self.write(self._asking())

    def stop_application_mode(self) -> None:
        """Restore the terminal; wait at most a moment for one that does not read."""
        self._runs = False
        for number in (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT):
            self._loop.remove_signal_handler(number)
        self.write(CLEAR)
        super().stop_application_mode()
        if self._writer is not None:
            self._writer.finish()

    def close(self) -> None:
        """Close the descriptor and stop Textual's writer thread."""
        super().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def repaint(self) -> None:
        """Set the terminal modes again and repaint everything: it may be another terminal now."""
        if self._runs:
            self._modes_due = True
            self._flow.another()
            self._app.resume_painting(True)

    def modes_due(self) -> None:
        """Send the terminal modes if that was requested and the terminal can take them.

        Called often: a terminal that reads nothing may be resized many times before it reads again.
        """
        if self._modes_due and self._runs and not (self._writer and self._writer.behind):
            self._modes_due = False
            self._set_raw()
            self.write("\x1b[?1049h" + MODES_AGAIN)
            self._enable_mouse_support()

    def run_input_thread(self) -> None:
        """Read what the terminal sends until the screen closes or the terminal is gone."""
        keys = KeysIn(self._pass_on, self._answer, rest=self._rest, cut=self._cut)
        if not keys.read_until(self.exit_event, self.fileno):
            self._loop.call_soon_threadsafe(self._app.terminal_gone)

    def _pass_on(self, message: Message) -> None:
        """In the thread of the keys."""
        if isinstance(message, events.Key):
            self.key_at = time.monotonic()
        self.process_message(message)

    def _rest(self) -> None:
        """Wait until the app has handled the messages passed on. Runs in the input thread."""
        taken = threading.Event()
        if self._app.call_later(taken.set):
            while not taken.wait(keys_in.LOOK_SECONDS) and not self.exit_event.is_set():
                pass

    def _cut(self) -> None:
        """In the thread of the keys."""
        self._app.call_later(self._app.paste_cut)

    def _answer(self, columns: int, rows: int) -> None:
        """Take a cursor report. Runs in the input thread."""
        self._loop.call_soon_threadsafe(self._answered, columns, rows)

    def _answered(self, columns: int, rows: int) -> None:
        if not (columns and rows):  # positions count from 1, so this is no answer
            return
        if self._size_asked:
            self._size_asked = False
            self._sized((columns, rows))
            return
        self._flow.answered(time.monotonic())
        self._line_moved()

    def _asking(self) -> str:
        """Return the request for a cursor report, which the caller must write now."""
        now = time.monotonic()
        seconds = self._flow.asked(now)
        if seconds is not None:
            self._loop.call_later(seconds, self._look_back, now)
        self._loop.call_later(MUTE_SECONDS, self._give_up_answer, now)
        return ASK

    def _look_back(self, asked_at: float) -> None:
        """Hold frames back if a terminal that answered before has not answered this time."""
        if self._runs and self._flow.is_due(asked_at):
            self._slow = True
            self._app.hold_painting()

    def _give_up_answer(self, asked_at: float) -> None:
        if self._flow.is_due(asked_at):
            self._flow.give_up(time.monotonic())
            self._line_moved()

    def _line_moved(self) -> None:
        """Paint again if there is room, after an answer or a wait."""
        was_slow = self._slow
        self._look_for_room()
        self._app.line_seen(self._flow.thin_rate)
        if not self._runs:
            return
        if self._slow:
            self._ask_if_nobody_did()
        elif was_slow:
            self._app.resume_painting(False)

    def _ask_if_nobody_did(self) -> None:
        """Request a report for bytes written since the last request, on a line found to be thin."""
        if self._flow.answers and not self._flow.is_waiting:
            self.write(self._asking())

    def _ask_size(self) -> None:
        self._size_asked = True
        self.write(ASK_SIZE)

    def _known_size(self) -> ColumnsRows | None:
        descriptors = [self.fileno]
        if self._file is not None:
            descriptors.insert(0, self._file.fileno())
        return size_of(descriptors)

    @property
    def terminal_size(self) -> Size:
        """The size the system reports, else the one the terminal answered, else the usual one."""
        return Size(*(self._known_size() or self._answered_size or USUAL))

    def _get_terminal_size(self) -> ColumnsRows:
        return self.terminal_size

    def _sized(self, size: ColumnsRows) -> None:
        """Use `size`: the terminal's answer, or the usual size if no answer came in time."""
        if not self._runs or (size == USUAL and not self._unsized):
            return
        self._unsized = False
        self._answered_size = bounded(*size)
        self._send_size()
        self._app.resume_painting(True)

    def _send_size(self) -> None:
        size = self.terminal_size
        self.send_message(events.Resize(size, size))

    def _resized(self) -> None:
        """SIGWINCH: the size changed, or another terminal attached (dtach, GNU screen).

        Dragging a window sends a hundred signals a second, so they are handled together.
        """
        if self._runs and not self._resize_due:
            self._resize_due = True
            self._loop.call_later(GATHER_SECONDS, self._take_size)

    def _take_size(self) -> None:
        self._resize_due = False
        if not self._runs:
            return
        if self._known_size() is None:
            self._ask_size()
        else:
            self._unsized = False
        self._send_size()
        self.repaint()

    def _suspend(self) -> None:
        """SIGTSTP: leave the terminal as it was, stop, and come back when continued."""
        self.suspend_application_mode()
        os.kill(os.getpid(), signal.SIGSTOP)
        self.resume_application_mode()
        self._app.resume_painting(True)

    def _continued(self) -> None:
        """SIGCONT after a stop by others than `_suspend`: the terminal may have been changed."""
        with suppress(OSError):
            if os.tcgetpgrp(self.fileno) == os.getpgrp():
                self.repaint()

    def _set_raw(self) -> None:
        """Set the line modes of the screen (raw input) again."""
        with suppress(termios.error):
            modes = termios.tcgetattr(self.fileno)
            modes[3] = self._patch_lflag(modes[3])
            modes[0] = self._patch_iflag(modes[0])
            termios.tcsetattr(self.fileno, termios.TCSANOW, modes)


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")
