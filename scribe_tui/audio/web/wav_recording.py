"""Finds WAV recordings whose header gives too short a length, to play them to their end."""

from __future__ import annotations

from scribe_tui.audio.containers.beginnings import LOOK_BYTES
from scribe_tui.audio.containers.wav import PcmLayout, is_more_sound
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import ask
from scribe_tui.errors import SourceError

_LEAST_BYTES = 64


async def goes_on(
    address: Address, options: SourceOptions, layout: PcmLayout, total: int | None
) -> bool:
    """Whether sound follows the declared end of a recording of `total` bytes.

    The bytes there are requested; False if the server has no range requests. Never raises.
    """
    if layout.told_bytes is None or total is None:
        return False
    end = layout.data_at + layout.told_bytes
    if total - end < _LEAST_BYTES:
        return False
    try:
        async with await ask(address, options, span=(end, end + LOOK_BYTES - 1)) as answer:
            if answer.begins_at(end) != end:
                return False
            return is_more_sound(await answer.read_up_to(LOOK_BYTES), total - end)
    except SourceError:
        return False
