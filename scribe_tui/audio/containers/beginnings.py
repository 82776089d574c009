"""Whether a recording begins in some bytes: by a format's signature, or by consecutive frames.

Sans-IO. True only where it is certain: behind a recording there may be a tag, or nothing.
"""

from __future__ import annotations

import re

from scribe_tui.audio.splitting.frames import HEADER_BYTES, frame_at

LOOK_BYTES = 96 * 1024
"""Bytes of the beginning that are examined."""
_SIGNS = re.compile(
    rb"RIFF....(?:WAVE|AVI )|(?:RF64|BW64)....WAVE|FORM....AIF[FC]|fLaC\0\0\0\x22|OggS\0\x02"
    rb"|\x1aE\xdf\xa3|....ftyp[ -~]{4}|caff\0\x01|\.snd\0\0\0.|wvpk..\0\0.\x04|#!AMR"
    rb"|riff\x2e\x91\xcf\x11|\x30\x26\xb2\x75\x8e\x66\xcf\x11|FLV\x01[\x01\x04\x05]\0\0\0\x09",
    re.DOTALL,
)
_ID3 = re.compile(rb"ID3[\x02-\x04]\0[\0-\xf0][\0-\x7f]{4}", re.DOTALL)
_FRAMES = 4
"""Consecutive frames that are taken for MPEG audio: fewer may be chance."""
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
    """Whether `data` begins with an ID3v2 tag, which may be longer than `data`."""
    return _ID3.match(data) is not None


def sign_in(data: bytes) -> int | None:
    """Index of a file format's signature in `data`, None without one. Bare frames have none."""
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
    """Index past the last run of consecutive MPEG audio or AAC frames in `data`; None without one.

    `layer`: the two layer bits of a frame header, 0 for AAC; None: any.
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
    """Whether `data` holds consecutive packets of a transport stream."""
    at = -1
    while (at := data.find(b"G", at + 1)) >= 0 and at + _PACKETS * _PACKET <= len(data):
        if data[at : at + _PACKETS * _PACKET : _PACKET] == b"G" * _PACKETS:
            return True
    return False
