"""PortAudio through the sounddevice library: its lock, its devices, and streams from open to close.

The library is imported when a device is first used: where PortAudio is missing its import fails,
which must not stop other sources. PortAudio is not safe to open and close from two threads at
once and may hang on a dead sound server, hence the lock and the own threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, Self

from scribe_tui.audio.microphone import failures
from scribe_tui.audio.microphone.portaudio_private import leave_alone_at_exit, look_again
from scribe_tui.audio.own_thread import in_own_thread

OPEN_SECONDS = 10.0
CLOSE_SECONDS = 0.8

_lock = threading.Lock()
_open_streams: set[int] = set()
"""Ids of this program's open streams; PortAudio can search for new devices only while there are
none."""


@contextlib.contextmanager
def portaudio() -> Iterator[Any]:
    """The library, locked meanwhile. Blocks; raises SourceError without PortAudio."""
    with _lock:
        try:
            import sounddevice
        except OSError as error:
            raise failures.no_portaudio() from error
        leave_alone_at_exit(sounddevice)
        yield sounddevice


def see_new_devices(sounddevice: Any) -> None:
    """Make PortAudio list devices that were connected later, unless a stream is open.

    To be called inside `portaudio`; raises what PortAudio raises.
    """
    look_again(sounddevice, are_open=bool(_open_streams))


class DeviceStream:
    """A stream of the library from entering to leaving; `shown` is its device in sentences.

    `make` creates the library's stream without starting it; it is called in a thread, inside
    `portaudio`. `refusal` turns what PortAudio raises there into a SourceError. Entering raises
    that, or a SourceError for a device that hangs; leaving takes at most `CLOSE_SECONDS` and never
    raises.
    """

    def __init__(
        self,
        shown: str,
        make: Callable[[Any], Any],
        refusal: Callable[[Exception], Exception],
    ) -> None:
        self._shown = shown
        self._make = make
        self._refusal = refusal
        self._stream: Any = None
        self._left = False
        self._loop: asyncio.AbstractEventLoop | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(OPEN_SECONDS):
                await in_own_thread(self._open, name="portaudio-open")
        except BaseException as error:
            # The thread may still be opening, or just have opened: closing waits for it.
            self._left = True
            threading.Thread(target=self._close, name="portaudio-close", daemon=True).start()
            if isinstance(error, TimeoutError):
                raise failures.hung(self._shown, OPEN_SECONDS) from error
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._left = True
        # With a dead sound server the thread goes on waiting, nothing else does.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await in_own_thread(self._close, name="portaudio-close")

    def on_loop(self, call: Callable[..., object], *args: object) -> None:
        """From PortAudio's thread: have the event loop call it, unless the stream was left."""
        if self._loop is not None and not self._left:
            # The loop may close at this very moment; then the call is not needed.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *args)

    def _open(self) -> None:
        """In a thread: make and start it, or close it if the stream was left meanwhile."""
        with portaudio() as sounddevice:
            stream = None
            try:
                see_new_devices(sounddevice)
                stream = self._make(sounddevice)
                stream.start()
            except (sounddevice.PortAudioError, ValueError) as error:
                if stream is not None:
                    stream.close(ignore_errors=True)
                raise self._refusal(error) from error
            if self._left:
                stream.close()
            else:
                self._stream = stream
                _open_streams.add(id(stream))

    def _close(self) -> None:
        """In a thread: PortAudio waits for its own callback here."""
        with _lock:
            stream, self._stream = self._stream, None
            if stream is not None:
                _open_streams.discard(id(stream))
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)


class UsesDevice:
    """Base of what has a `DeviceStream`: entering opens it, leaving closes it."""

    _stream: DeviceStream

    async def __aenter__(self) -> Self:
        await self._stream.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stream.__aexit__(kind, error, traceback)
