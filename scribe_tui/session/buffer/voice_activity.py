"""VoiceActivity: a simple VAD by level: how much of the sound is speech, and where it pauses.

Judged by level alone, for this program's own decisions: when a rollover may happen, and
whether the watchdog may expect text. Where a segment ends is decided by the service's VAD.
"""

from __future__ import annotations

import asyncio

from scribe_tui.audio.format import AudioFormat
from scribe_tui.session.timing import PAUSE_BELOW_PEAK_DB, PEAK_DECAY_DB, SOUND_DBFS


class VoiceActivity:
    """Adds up the duration of chunks that hold sound, and notices pauses. Has no clock.

    Durations are seconds of real time: a file played at four times its speed gives a quarter
    of a second of real time for each second of its sound. So the watchdog grants the service
    as much time to answer, whatever the speed.
    """

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._sound = asyncio.Event()
        self._pause = asyncio.Event()
        self._closed = False
        self._peak_dbfs = SOUND_DBFS
        self.sound_seconds = 0.0
        """Real time in seconds that chunks with sound took so far; silent ones do not count."""
        self._seconds_at_text = 0.0
        self.speed = 1.0
        """How many times faster than real time the sound comes."""

    def add(self, level_dbfs: float, samples: int) -> bool:
        """Take the level in dBFS and the length in samples of the next chunk.

        Returns whether it is a pause: silence, or much quieter than the recent peak level.
        """
        if level_dbfs > SOUND_DBFS:
            self.sound_seconds += self._format.seconds(samples) / self.speed
            self._sound.set()
        self._peak_dbfs = max(level_dbfs, self._peak_dbfs - PEAK_DECAY_DB)
        is_pause = level_dbfs < max(SOUND_DBFS, self._peak_dbfs - PAUSE_BELOW_PEAK_DB)
        if is_pause:
            self._pause.set()
        return is_pause

    def text_received(self) -> None:
        """Note that the service sent words: `textless_seconds` counts from zero again."""
        self._seconds_at_text = self.sound_seconds

    @property
    def textless_seconds(self) -> float:
        """`sound_seconds` since the service last sent words."""
        return self.sound_seconds - self._seconds_at_text

    def close(self) -> None:
        """No more sound will come: `wait_for_sound` returns at once."""
        self._closed = True
        self._sound.set()

    async def wait_for_sound(self) -> None:
        """Return at the next chunk above silence, or if none will come."""
        if not self._closed:
            self._sound.clear()
        await self._sound.wait()

    async def wait_for_pause(self, seconds: float) -> None:
        """Return at the next pause between words, at the latest after `seconds`."""
        self._pause.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._pause.wait()
        except TimeoutError:
            return
