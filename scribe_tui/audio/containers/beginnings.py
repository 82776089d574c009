"""Whether a recording begins in some bytes: by the signs of files, or by frames on end.

Sans-IO. True only where it is sure: what stands behind a recording may be a tag, or nothing.
"""

from __future__ import annotations

import re

from scribe_tui.audio.splitting.frames import HEADER_BYTES, frame_at

LOOK_BYTES = 96 * 1024
"""As much is looked at."""
_SIGNS = re.compile(
    rb"RIFF....(?:WAVE|AVI )|(?:RF64|BW64)....WAVE|FORM....AIF[FC]|fLaC\0\0\0\x22|OggS\0\x02"
    rb"|\x1aE\xdf\xa3|....ftyp[ -~]{4}|caff\0\x01|\.snd\0\0\0.|wvpk..\0\0.\x04|#!AMR"
    rb"|riff\x2e\x91\xcf\x11|\x30\x26\xb2\x75\x8e\x66\xcf\x11|FLV\x01[\x01\x04\x05]\0\0\0\x09",
    re.DOTALL,
)
_ID3 = re.compile(rb"ID3[\x02-\x04]\0[\0-\xf0][\0-\x7f]{4}", re.DOTALL)
_FRAMES = 4
"""So many frames on end are no chance."""
_PACKET = 188
_PACKETS = 8


def id3_bytes(start: bytes) -> int:
    """Length of an ID3v2 tag, its header included; 0 without one."""
    if start[:3] != b"ID3" or len(start) < 10:
        return 0
    size = 0
    for byte in start[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size


def begins_with_tag(data: bytes) -> bool:
    """Whether an ID3v2 tag begins there; it may hold pictures, longer than what is looked at."""
    return _ID3.match(data) is not None


def sign_in(data: bytes) -> int | None:
    """Where the sign of a recording's head stands, None for none; bare frames have no sign."""
    found = _SIGNS.search(data)
    return found.start() if found else None


def begins_in(data: bytes) -> bool:
    """Whether a recording begins in the first `LOOK_BYTES` of `data`, after a tag or not."""
    data = data[:LOOK_BYTES]
    if _SIGNS.search(data) or _has_packets(data):
        return True
    tag = _ID3.search(data)
    rest = data[tag.start() + id3_bytes(data[tag.start() :]) :] if tag else data
    return frames_end(rest) is not None


def frames_end(data: bytes, *, layer: int | None = None) -> int | None:
    """The end of the last MPEG audio or AAC frames that stand on end in `data`; None: none do.

    `layer`: as the two bits of a header have it, 0 for AAC; None: any.
    """
    at = len(data)
    while (at := data.rfind(b"\xff", 0, at)) >= 0:
        end, frames, first = at, 0, b""
        while end + HEADER_BYTES <= len(data) and (frame := frame_at(data, end)) is not None:
            head = bytes((data[end + 1] & 0xFE, data[end + 2] & 0x0C))
            if (frames and head != first) or (layer is not None and head[0] & 6 != layer):
                break
            first, frames, end = head, frames + 1, end + frame.size
        if frames >= _FRAMES:
            return end
    return None


def _has_packets(data: bytes) -> bool:
    """Whether packets of a transport stream stand on end in it."""
    at = -1
    while (at := data.find(b"G", at + 1)) >= 0 and at + _PACKETS * _PACKET <= len(data):
        if data[at : at + _PACKETS * _PACKET : _PACKET] == b"G" * _PACKETS:
            return True
    return False
