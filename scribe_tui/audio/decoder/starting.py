"""Starting a decoder's process: few at a time, with a bound to its memory, or a reason why not."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from weakref import WeakKeyDictionary

from scribe_tui.audio import failures
from scribe_tui.errors import SourceError, descriptors_are_exhausted, no_descriptors

if sys.platform == "linux":
    import resource  # not first when a decoder starts: then there may be no file left to load it

STARTS_AT_ONCE = 8
"""Starting a process costs up to 85 ms of CPU; a hundred at once delay each other."""
MEMORY_MEGABYTES = 768
"""Bound of a decoder's data segment; 75 MB are usual. Only Linux can bound it."""
_starts: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@contextlib.asynccontextmanager
async def start_slot(loop: asyncio.AbstractEventLoop) -> AsyncIterator[None]:
    """Held from a process's start to its first output, by `STARTS_AT_ONCE` at a time."""
    async with _starts.setdefault(loop, asyncio.Semaphore(STARTS_AT_ONCE)):
        yield


def bound_memory(process: int) -> None:
    """Let a process have no more than `MEMORY_MEGABYTES` of data, where the system can."""
    if sys.platform == "linux":
        limit = MEMORY_MEGABYTES * 1024 * 1024
        with contextlib.suppress(OSError, ValueError):  # it has ended already
            resource.prlimit(process, resource.RLIMIT_DATA, (limit, limit))


def not_started(program: str, error: OSError, where: str) -> SourceError:
    """Why a decoder of the source called `where` is not running."""
    if descriptors_are_exhausted(error):
        return no_descriptors(where)
    return failures.broken_decoder(program, f"it cannot be started ({error.strerror})")
