"""What is used of sounddevice's private parts: `_terminate`, `_initialize`, `_exit_handler`.

PortAudio lists devices once, when it is initialised, and sounddevice has no public way to do
that anew: without the first two, a microphone or sound server that comes after the start is
found after a restart alone. Initialising takes 5 to 50 ms, at each opening. The third ends
PortAudio when the program ends and waits for ever while a thread hangs in it on a sound
server that does not answer: without it the program would not end. Where a version lacks a
name, it is done without.
"""

from __future__ import annotations

import atexit
from typing import Any

INITIALISING = ("_terminate", "_initialize")
AT_EXIT = "_exit_handler"


def look_again(sounddevice: Any, *, are_open: bool) -> None:
    """See devices and sound servers that came after the start; not while streams are open.

    Raises what PortAudio raises.
    """
    calls = [getattr(sounddevice, name, None) for name in INITIALISING]
    if not are_open and all(callable(call) for call in calls):
        for call in calls:
            call()  # type: ignore[misc]


def leave_alone_at_exit(sounddevice: Any) -> None:
    """Streams are closed by us; the system takes back the rest."""
    if callable(at_exit := getattr(sounddevice, AT_EXIT, None)):
        atexit.unregister(at_exit)
