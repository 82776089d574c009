"""Which splitter a station's bytes need, by the first of them."""

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
    """For sound kept through the decoder: the copy's format, and the class of its splitter."""
    return (BARE, FrameSplitter) if is_transport_stream(head) else (MATROSKA, MatroskaSplitter)


def splitter_for(head: bytes) -> Callable[[], Splitter] | None:
    """The class of the splitter; None for formats that can only be kept through the decoder.

    Bare frames have no signature: they are assumed where no other format fits.
    """
    if head.startswith(b"OggS"):
        return OggSplitter
    if has_times(head) or head.startswith((b"fLaC", b"RIFF", b"FORM", b".snd", b"caff")):
        return None
    return FrameSplitter
