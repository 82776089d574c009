"""Which of several sound tracks is heard: the one with speech, not the one that comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from scribe_tui.audio.decoder.command import DecoderInput
from scribe_tui.audio.decoder.log import Track
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pcm.channels import FRAME_SECONDS, LevelSpread
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.errors import SourceError

LISTEN_SECONDS = 60.0
"""Length of each track that is examined."""
MAX_TRACKS = 12
LOOK_SECONDS = 20.0
_RATE = AudioFormat.parse("pcm_8000")


async def speaking_track(
    tracks: Sequence[Track], source: Callable[[int, float], DecoderInput], where: str
) -> int:
    """The number, from 0, of the track to take.

    Among tracks with speech the default one, else the first of them; without any, the default
    track, else the first with sound. `source` makes the input for (track, seconds). Takes at most
    `LOOK_SECONDS`; tracks not examined by then count as silent.
    """
    spreads: dict[int, LevelSpread] = {}
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            for number in range(min(len(tracks), MAX_TRACKS)):
                spreads[number] = await _listen(source(number, LISTEN_SECONDS), where)
    except TimeoutError:
        pass
    speaking = [number for number, spread in spreads.items() if spread.is_speech]
    audible = [number for number, spread in spreads.items() if spread.is_audible]
    default = [number for number, track in enumerate(tracks) if track.is_default]
    for candidates in (speaking, audible):
        if candidates:
            preferred = [number for number in candidates if number in default]
            return (preferred or candidates)[0]
    return default[0] if default else 0


def notice_of(tracks: Sequence[Track], chosen: int) -> str:
    """The notice about the choice; `chosen` counts from 0."""
    names = ", ".join(f"{number} {track.name}" for number, track in enumerate(tracks, start=1))
    return f"sound track {chosen + 1} of {len(tracks)} is taken ({names})"


async def _listen(source: DecoderInput, where: str) -> LevelSpread:
    """How the level of a track varies; empty for a track that cannot be decoded."""
    spread = LevelSpread(frames=round(LISTEN_SECONDS / FRAME_SECONDS))
    decoder = Decoder(source, _RATE, where, capacity_seconds=LISTEN_SECONDS)
    try:
        await decoder.start()
        size = _RATE.samples(FRAME_SECONDS) * 2
        while piece := await decoder.read(size):
            spread.add(level_dbfs(piece))
    except SourceError:
        return spread
    finally:
        await decoder.stop()
    return spread
