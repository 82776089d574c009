"""VoiceActivity: what the sound heard is like: where it pauses, how much of it brought no text."""

from __future__ import annotations

import asyncio

from scribe_tui.audio.format import AudioFormat
from scribe_tui.session.timing import LOUDEST_FADES_DB, PAUSE_BELOW_LOUDEST_DB, SOUND_DBFS


class VoiceActivity:
    """Judges chunk by chunk, by level alone. Counts sound, has no clock.

    Counted are the seconds that sound takes to pass: what the service owes for them it owes
    after so much time, however fast a file is played.
    """

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._sound = asyncio.Event()
        self._pause = asyncio.Event()
        self._loudest = SOUND_DBFS
        self._seconds = 0.0
        self._seconds_at_text = 0.0
        self.speed = 1.0
        """How many times faster than real time the sound comes."""

    def hear(self, level_dbfs: float, samples: int) -> None:
        """Judge a chunk so loud and so long."""
        if level_dbfs > SOUND_DBFS:
            self._seconds += self._format.seconds(samples) / self.speed
            self._sound.set()
        self._loudest = max(level_dbfs, self._loudest - LOUDEST_FADES_DB)
        if level_dbfs < max(SOUND_DBFS, self._loudest - PAUSE_BELOW_LOUDEST_DB):
            self._pause.set()

    def text_came(self) -> None:
        """The service found words: what was heard until now is not without text."""
        self._seconds_at_text = self._seconds

    @property
    def sound_seconds(self) -> float:
        """Seconds of sound that went by so far, silence not counted."""
        return self._seconds

    @property
    def textless_seconds(self) -> float:
        """Seconds of sound that went by, silence not counted, since text last came."""
        return self._seconds - self._seconds_at_text

    def close(self) -> None:
        """No more sound will come: nobody needs to wait for it."""
        self._sound.set()

    async def wait_for_sound(self) -> None:
        """Return when something louder than silence is heard, or after `close`."""
        self._sound.clear()
        await self._sound.wait()

    async def wait_for_pause(self, seconds: float) -> None:
        """Return at the next pause between words, or after so many seconds."""
        self._pause.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._pause.wait()
        except TimeoutError:
            return
