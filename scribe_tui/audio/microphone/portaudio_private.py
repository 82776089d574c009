"""The private names of sounddevice in use: `_terminate`, `_initialize`, `_exit_handler`.

PortAudio lists devices once, when it is initialised, and sounddevice has no public way to repeat
that: without the first two names, a microphone or sound server that is connected after the start is
found only after a restart. Initialising takes 5 to 50 ms, at each opening. The third name is
unregistered: it ends PortAudio when the program exits, and would wait for ever while a thread hangs
in PortAudio on a sound server that does not answer. Where a version of sounddevice lacks a name,
its use is left out.
"""

from __future__ import annotations

import atexit
from typing import Any

INITIALISING = ("_terminate", "_initialize")
AT_EXIT = "_exit_handler"


def look_again(sounddevice: Any, *, are_open: bool) -> None:
    """List devices and sound servers again; not while streams are open.

    Raises what PortAudio raises.
    """
    calls = [getattr(sounddevice, name, None) for name in INITIALISING]
    if not are_open and all(callable(call) for call in calls):
        for call in calls:
            call()  # type: ignore[misc]


def leave_alone_at_exit(sounddevice: Any) -> None:
    """Unregister sounddevice's exit handler: this program closes its streams itself."""
    if callable(at_exit := getattr(sounddevice, AT_EXIT, None)):
        atexit.unregister(at_exit)
