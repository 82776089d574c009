"""Whether a file holds a second recording behind its first: the decoder never reads that far."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from scribe_tui.audio.containers.beginnings import LOOK_BYTES, begins_in
from scribe_tui.audio.containers.declared_size import HEAD_BYTES
from scribe_tui.audio.containers.joined import LEAST_BYTES, JoinedWatch
from scribe_tui.audio.containers.recording_end import EndIn, piece_end, tag_before, walk
from scribe_tui.audio.containers.transport_stream import PACKET_BYTES, is_transport_stream

_BLOCK_BYTES = 1024 * 1024
MAX_BLOCKS = 64
"""Blocks at the end of a file in which the end of the first recording is searched for."""
_FLAC = b"fLaC"


def holds_another(path: Path) -> bool:
    """Whether it does. True only where it is certain; False also if the file cannot be read."""
    try:
        with path.open("rb") as file:
            return _looked_at(file, path.stat().st_size)
    except OSError:
        return False


def flac_seconds(path: Path) -> float | None:
    """Total seconds of the FLAC recordings in a row in a file; None for another format.

    None also if the file cannot be read.
    """
    watch = JoinedWatch()
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            if head[tag_before(head) :][:4] != _FLAC:
                return None
            watch.feed(head)
            while piece := file.read(_BLOCK_BYTES):
                watch.feed(piece)
    except OSError:
        return None
    watch.ended(is_all=False)
    return watch.flac_seconds


def _looked_at(file: BinaryIO, size: int) -> bool:
    head = file.read(HEAD_BYTES)
    if walk(head) is not None:
        watch = JoinedWatch()
        watch.feed(head)
        watch.ended(is_all=False)
        while (span := watch.wants) is not None:
            watch.give(_read(file, *span))
        return watch.holds_another
    end = _end_by_pieces(file, head, size)
    return end is not None and size - end >= LEAST_BYTES and begins_in(_read(file, end, LOOK_BYTES))


def _end_by_pieces(file: BinaryIO, head: bytes, size: int) -> int | None:
    """Where the first recording ends, with all that the decoder reads as more of it."""
    if is_transport_stream(head):
        return _end_of_packets(file, size)
    if tag := tag_before(head):
        head = _read(file, tag, HEAD_BYTES)
    end_in = piece_end(head)
    return None if end_in is None else _last(file, size, end_in)


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _last(file: BinaryIO, size: int, end_in: EndIn) -> int | None:
    """The end of the last frame, page or packet in the file, searched from the file's end."""
    at = size
    for _ in range(MAX_BLOCKS):
        at = max(0, at - _BLOCK_BYTES)
        # Blocks overlap, so that a piece at the end of one is seen whole.
        end = end_in(_read(file, at, _BLOCK_BYTES + LOOK_BYTES))
        if end is not None:
            return at + end
        if not at:
            return None
    return at


def _end_of_packets(file: BinaryIO, size: int) -> int:
    """Transport stream: where the consecutive packets end, by bisection."""
    return _halved(0, size // PACKET_BYTES, lambda packets: _is_in_step(file, packets))


def _halved(low: int, high: int, holds: Callable[[int], bool]) -> int:
    """The last packet boundary at which `holds` is true, by bisection."""
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low * PACKET_BYTES


def _is_in_step(file: BinaryIO, packets: int) -> bool:
    """Whether the latest of these `packets` begin with a sync byte."""
    first = max(0, packets - 8)
    signs = _read(file, first * PACKET_BYTES, (packets - first) * PACKET_BYTES)[::PACKET_BYTES]
    return signs == b"G" * (packets - first)
