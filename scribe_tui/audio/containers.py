"""Which containers carry true times: there a hole in the sound is a hole in time."""

from __future__ import annotations

_MPEG_TS_PACKET = 188
_ASF = bytes.fromhex("3026b2758e66cf11")
HEAD_BYTES = 2 * _MPEG_TS_PACKET
"""As much of the beginning is needed."""


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
    """What is to be said once of the times in a recording that begins with `head`, if anything."""
    if head.startswith(_ASF):
        return (
            "its times may be early: silence that an ASF file (WMA) leaves out cannot be measured"
        )
    return None


def is_transport_stream(head: bytes) -> bool:
    """Whether it is an MPEG transport stream."""
    return head[:1] == b"G" and head[_MPEG_TS_PACKET : _MPEG_TS_PACKET + 1] == b"G"
