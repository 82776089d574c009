"""The first bytes in a descriptor, examined and left there for the decoder that inherits it.

The decoder's WAV reader waits for 64 KiB, two seconds of speech, before it gives the first sound;
with the header known beforehand it need not. Where a system cannot look at bytes without consuming
them (a pipe outside Linux), nothing is known and the decoder probes by itself.
"""

from __future__ import annotations

import ctypes
import os
import socket
import stat
import sys
import time
from dataclasses import dataclass

from scribe_tui.audio.containers.au import au_layout, is_au
from scribe_tui.audio.containers.true_times import HEAD_BYTES
from scribe_tui.audio.containers.unfinished import layout_at_start, may_have_layout
from scribe_tui.audio.containers.wav import PcmLayout, is_wav, pcm_layout

PEEKED_BYTES = 4096
PATIENCE_SECONDS = 2.0
"""Longest wait from the first byte to a whole header, which may come in a few writes."""
_LOOK_SECONDS = 0.02
_SIGN_BYTES = 16


@dataclass(frozen=True, slots=True)
class Peeked:
    """The first bytes (empty where they cannot be seen) and the layout of the PCM behind them.

    `layout` is that of a WAV, AIFF or Wave64, None for other formats.
    """

    head: bytes
    layout: PcmLayout | None = None

    @classmethod
    def of(cls, head: bytes) -> Peeked:
        """The same for bytes that were read already."""
        return cls(head, _layout_in(head))


def peeked_in(descriptor: int) -> Peeked:
    """Look at the first bytes written into `descriptor`.

    Blocks until the first byte, so call it in a thread. Raises OSError.
    """
    until: float | None = None
    while True:
        head = _peek(descriptor)
        if not head or _is_enough(head):
            return Peeked(head)
        layout = _layout_in(head)
        if layout is not None or len(head) >= PEEKED_BYTES:
            return Peeked(head, layout)
        now = time.monotonic()
        until = now + PATIENCE_SECONDS if until is None else until
        if now >= until:
            return Peeked(head)
        time.sleep(_LOOK_SECONDS)


def _layout_in(head: bytes) -> PcmLayout | None:
    return pcm_layout(head) or layout_at_start(head) or au_layout(head)


def _is_enough(head: bytes) -> bool:
    """Whether no more bytes are needed: `head` begins neither a PCM file nor a transport stream."""
    if is_wav(head) or may_have_layout(head) or is_au(head):
        return False
    return len(head) >= (HEAD_BYTES if head.startswith(b"G") else _SIGN_BYTES)


def _peek(descriptor: int) -> bytes:
    """The first bytes that are there, at least one; empty at the end or if they cannot be seen."""
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return os.pread(descriptor, PEEKED_BYTES, os.lseek(descriptor, 0, os.SEEK_CUR))
    if stat.S_ISSOCK(mode):
        with socket.socket(fileno=os.dup(descriptor)) as link:
            return link.recv(PEEKED_BYTES, socket.MSG_PEEK)
    if stat.S_ISFIFO(mode) and sys.platform == "linux":
        return _peek_into_pipe(descriptor)
    return b""


def _peek_into_pipe(descriptor: int) -> bytes:
    """By tee(2), which copies from pipe to pipe and takes nothing."""
    library = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "tee"):
        return b""
    outlet, inlet = os.pipe()
    try:
        count = library.tee(
            ctypes.c_int(descriptor), ctypes.c_int(inlet), ctypes.c_size_t(PEEKED_BYTES), 0
        )
        return os.read(outlet, count) if count > 0 else b""
    finally:
        os.close(outlet)
        os.close(inlet)
