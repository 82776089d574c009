"""Which splitter takes a station's bytes, by the first of them."""

from __future__ import annotations

from collections.abc import Callable

from scribe_tui.audio.containers.transport_stream import is_transport_stream
from scribe_tui.audio.containers.true_times import has_times
from scribe_tui.audio.decoder.command import BARE, MATROSKA
from scribe_tui.audio.splitting.frames import FrameSplitter
from scribe_tui.audio.splitting.matroska import MatroskaSplitter
from scribe_tui.audio.splitting.ogg import OggSplitter
from scribe_tui.audio.splitting.splitter import Splitter


def copied_as(head: bytes) -> tuple[str, Callable[[], Splitter]]:
    """How the decoder is to copy what begins with `head`, and what makes the splitter of that."""
    return (BARE, FrameSplitter) if is_transport_stream(head) else (MATROSKA, MatroskaSplitter)


def splitter_for(head: bytes) -> Callable[[], Splitter] | None:
    """What makes the splitter; None for what can only be kept through the decoder.

    Bare frames may begin anywhere in one, so they are what remains.
    """
    if head.startswith(b"OggS"):
        return OggSplitter
    if has_times(head) or head.startswith((b"fLaC", b"RIFF", b"FORM", b".snd", b"caff")):
        return None
    return FrameSplitter
