"""Playback through this machine's speakers, one sound at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.speakers import Speakers
from scribe_tui.errors import Retry, SourceError

LATE_SECONDS = 2.0
"""Live sound that waits longer than this is skipped, down to what bridges a late chunk."""
CUSHION_SECONDS = 0.4
LOOK_SECONDS = 0.5
"""How often it is looked whether there still is something to be heard."""


class LiveSound(Protocol):
    """What is needed of `session.buffer.recent_sound.RecentSound`."""

    audio_format: AudioFormat

    def last(self, seconds: float) -> list[tuple[float, float, bytes]]:
        """The sound of the last seconds, as far as it is there, in order."""

    def listen(self, listener: Callable[[bytes], None]) -> Callable[[], None]:
        """Give `listener` what is heard from now on; returns how to end it."""


async def hear_live(find: Callable[[], LiveSound | None]) -> None:
    """Play what a session hears, from run to run, until cancelled or it runs no more.

    `find` gives the sound of its present run, None while there is none. Raises SourceError.
    """
    while (sound := find()) is not None:
        async with Speakers(sound.audio_format) as speakers:
            for _, _, pcm in sound.last(CUSHION_SECONDS):
                speakers.play(pcm)
            play = partial(
                speakers.play_late, late_seconds=LATE_SECONDS, kept_seconds=CUSHION_SECONDS
            )
            end = sound.listen(play)
            try:
                while find() is sound:
                    await asyncio.sleep(LOOK_SECONDS)
                    if speakers.is_gone:
                        raise SourceError(
                            "speakers gone",
                            "The speakers went away: unplugged, or the sound server ended.",
                            retry=Retry.NEVER,
                        )
            finally:
                end()


async def hear_once(pcm: bytes, audio_format: AudioFormat) -> None:
    """Play PCM to its end. Raises SourceError."""
    async with Speakers(audio_format) as speakers:
        speakers.play(pcm)
        await speakers.played()
