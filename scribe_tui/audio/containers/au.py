"""AU (`.snd`) headers: how the sound is laid out, and whether something else stands behind it.

The decoder reads such a file to its end, whatever length its header gives: another recording
behind the first would be heard as noise.
"""

from __future__ import annotations

from pathlib import Path

from scribe_tui.audio.containers.beginnings import LOOK_BYTES
from scribe_tui.audio.containers.wav import PcmLayout, is_more_sound

_SIGN = b".snd"
_HEAD_BYTES = 24
_UNKNOWN = 0xFFFFFFFF
_MAX_HEAD_BYTES = 1 << 20
_MAX_CHANNELS = 64
_CODINGS = {
    1: ("mulaw", 1),
    2: ("s8", 1),
    3: ("s16be", 2),
    4: ("s24be", 3),
    5: ("s32be", 4),
    6: ("f32be", 4),
    7: ("f64be", 8),
    27: ("alaw", 1),
}
"""The decoder's names, and the bytes of a sample."""


def is_au(head: bytes) -> bool:
    """Whether the file that begins with `head` is an AU file."""
    return head[:4] == _SIGN


def au_layout(head: bytes) -> PcmLayout | None:
    """Where and how the sound lies in what begins with `head`.

    None for other things, for coded sound, and where `head` is too short.
    """
    if not is_au(head) or len(head) < _HEAD_BYTES:
        return None
    data_at, told, coding, rate, channels = (
        int.from_bytes(head[at : at + 4], "big") for at in range(4, _HEAD_BYTES, 4)
    )
    name, width = _CODINGS.get(coding, ("", 0))
    if not width or not rate or not 0 < channels <= _MAX_CHANNELS:
        return None
    if not _HEAD_BYTES <= data_at <= _MAX_HEAD_BYTES:
        return None
    known = told if 0 < told < _UNKNOWN else None
    return PcmLayout(name, rate, channels, data_at, channels * width, known)


def followed_layout(path: Path, head: bytes) -> PcmLayout | None:
    """The layout of an AU file in which something else stands behind the sound.

    None: it is not one, or cannot be read.
    """
    layout = au_layout(head)
    if layout is None or layout.told_bytes is None:
        return None
    end = layout.data_at + layout.told_bytes
    try:
        left = path.stat().st_size - end
        if left <= 0:
            return None
        with path.open("rb") as file:
            file.seek(end)
            return None if is_more_sound(file.read(LOOK_BYTES), left) else layout
    except OSError:
        return None
