"""Which containers carry timestamps that can be trusted: a jump in them is a hole in the sound."""

from __future__ import annotations

from scribe_tui.audio.containers.transport_stream import PACKET_BYTES, is_transport_stream

_ASF = bytes.fromhex("3026b2758e66cf11")
_WTV = bytes.fromhex("b7d800203749da11a64e0007e95ead8d")
_LISTS = {b"#EXTM3U": "a playlist", b"ffconcat": "a list of files", b"v=0": "a session description"}
_MP4_SMALL = (b"ftyp", b"free", b"skip", b"wide")
_LONGEST_SECONDS = 365 * 86400.0
HEAD_BYTES = 2 * PACKET_BYTES
"""Bytes of the beginning that these functions need."""


def has_times(head: bytes) -> bool:
    """Whether the file that begins with `head` is a film or its like: MP4, Matroska, FLV, TS.

    Bare streams (MP3, ADTS, FLAC, WAV) have no times of their own; those a decoder makes up
    for them jump where such files were joined. ASF (WMA) has times, and there are true files
    whose times lie: `doubt_of` says so.
    """
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"):
        return True
    if head.startswith((b"\x1aE\xdf\xa3", b"FLV")):
        return True
    return is_transport_stream(head)


def doubt_of(head: bytes) -> str | None:
    """A notice about the timestamps of a recording that begins with `head`.

    None: nothing to say.
    """
    if head.startswith(_ASF):
        return (
            "its times may be early: silence that an ASF file (WMA) leaves out cannot be measured"
        )
    return None


def early_by(seconds: float) -> str:
    """The notice about a broadcast whose sound the decoder moved `seconds` earlier.

    A duration that no broadcast has means that the decoder did not know it.
    """
    by = "" if seconds > _LONGEST_SECONDS else f" by {seconds:.1f} s"
    return f"its times are early{by}: what stands before the first sound in it is passed over"


def list_kind(head: bytes) -> str | None:
    """The kind of a list that would lead the decoder to other files; None: it is no list."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    return next((kind for sign, kind in _LISTS.items() if start.startswith(sign)), None)


def is_scattered(head: bytes) -> bool:
    """Whether it is a container whose pieces stand in no order: WTV, of Windows' recorder."""
    return head.startswith(_WTV)


def index_comes_last(head: bytes) -> bool:
    """Whether it is an MP4 whose index comes last, so that its end must be read first."""
    at = 0
    while at + 8 <= len(head):
        size, name = int.from_bytes(head[at : at + 4], "big"), head[at + 4 : at + 8]
        if name == b"mdat":
            return True
        if name not in _MP4_SMALL or size < 8:
            return False
        at += size
    return False
