"""Several channels become one: all that hold sound, unless they cancel each other out.

The channels to use are chosen by their content. A channel that is inverted against another would
cancel it in the sum; a steady tone or noise beside a channel with speech would only disturb it.
Both are left out, and a notice says so once.
"""

from __future__ import annotations

from array import array
from collections import deque

from scribe_tui.audio.format import SAMPLE_BYTES
from scribe_tui.audio.pcm.audioop_import import audioop
from scribe_tui.audio.pcm.level import level_dbfs

MAX_CHANNELS = 64
FRAME_SECONDS = 0.1
STEREO_PIECE_SECONDS = 0.5
"""Interval at which two channels, as most stations have, are examined: each time costs 0.1 ms."""
JUDGED_FRAMES = 30
"""Frames whose level variation distinguishes speech from a tone."""
AUDIBLE_DBFS = -50.0
SPEECH_SPREAD_DB = 10.0
STEADY_SPREAD_DB = 4.0
CANCELLED_DB = 12.0
"""A sum this far below its loudest channel is a cancellation; different sounds lose 3 to 6 dB."""
STAYS_SECONDS = 5.0
"""After a cancellation a single channel is used for at least this much sound."""


class LevelSpread:
    """How much a level varies: that of speech does, that of a tone or noise is steady."""

    def __init__(self, frames: int = JUDGED_FRAMES) -> None:
        """The latest `frames` levels count."""
        self._levels: deque[float] = deque(maxlen=frames)

    def add(self, level: float) -> None:
        """The level of the next frame in dBFS."""
        self._levels.append(max(level, -90.0))

    @property
    def is_full(self) -> bool:
        """Whether enough was heard to decide."""
        return len(self._levels) >= JUDGED_FRAMES

    @property
    def spread_db(self) -> float:
        """Difference in dB between the quietest and the loudest tenth of the frames."""
        ordered = sorted(self._levels)
        tenth = len(ordered) // 10
        return ordered[-1 - tenth] - ordered[tenth] if ordered else 0.0

    @property
    def is_audible(self) -> bool:
        """Whether there is any sound."""
        return bool(self._levels) and max(self._levels) > AUDIBLE_DBFS

    @property
    def is_speech(self) -> bool:
        """Whether it is like speech; music may be as well."""
        return self.is_full and self.is_audible and self.spread_db >= SPEECH_SPREAD_DB

    @property
    def is_steady(self) -> bool:
        """Whether it is a tone, hum or noise."""
        return self.is_full and self.spread_db < STEADY_SPREAD_DB


class ChannelMixer:
    """Interleaved 16-bit PCM of `channels` in, mono out. `wanted`: from 1; None: by content."""

    def __init__(self, channels: int, rate: int, wanted: int | None = None) -> None:
        self._channels = channels
        self._frame_bytes = channels * SAMPLE_BYTES
        self._judged_bytes = round(rate * FRAME_SECONDS) * SAMPLE_BYTES
        self._seconds = seconds = STEREO_PIECE_SECONDS if channels == 2 else FRAME_SECONDS
        self._piece_bytes = round(rate * seconds) * self._frame_bytes
        self._rate = rate
        self._wanted = wanted
        self._rest = b""
        self._spreads = [LevelSpread() for _ in range(channels)]
        self._alone: int | None = None
        self._alone_left = 0.0
        self.notice: str | None = None

    def mix(self, data: bytes, *, final: bool = False) -> bytes:
        """The next bytes as mono; of many channels the last tenth of a second may wait for more."""
        if self._channels == 1:
            return data
        data = self._rest + data
        whole = self._frame_bytes if final or self._channels == 2 else self._piece_bytes
        usable = len(data) - len(data) % whole
        self._rest = data[usable:]
        if self._wanted is not None:
            return self._channel(data[:usable], self._wanted - 1)
        pieces = range(0, usable, self._piece_bytes)
        return b"".join(
            self._mix_piece(data[start : min(usable, start + self._piece_bytes)])
            for start in pieces
        )

    def _channel(self, data: bytes, index: int) -> bytes:
        if self._channels == 2:
            return audioop.tomono(data, SAMPLE_BYTES, 1 - index, index)
        return array("h", data)[index :: self._channels].tobytes()

    def _mix_piece(self, data: bytes) -> bytes:
        judged = data[: self._judged_bytes * self._channels]
        levels = [level_dbfs(self._channel(judged, index)) for index in range(self._channels)]
        for spread, level in zip(self._spreads, levels, strict=True):
            spread.add(level)
        if self._channels == 2 and self._alone is None and max(levels) > AUDIBLE_DBFS:
            # Most stations, always: what was measured is heard in the sum, so the sum will do.
            mixed = audioop.tomono(data, SAMPLE_BYTES, 0.5, 0.5)
            lost_db = max(levels) - level_dbfs(mixed[: self._judged_bytes])
            if lost_db < CANCELLED_DB and not self._is_speech_beside_noise():
                return mixed
        return self._chosen(data)

    def _is_speech_beside_noise(self) -> bool:
        steady = any(spread.is_steady for spread in self._spreads)
        return steady and any(spread.is_speech for spread in self._spreads)

    def _chosen(self, data: bytes) -> bytes:
        """Mix a piece after examining each of its channels."""
        parts = [self._channel(data, index) for index in range(self._channels)]
        levels = [level_dbfs(part) for part in parts]
        taken = self._taken(levels)
        if len(taken) == 1:
            return parts[taken[0]]
        if self._channels == 2:  # exact, and faster
            mixed = audioop.tomono(data, SAMPLE_BYTES, 0.5, 0.5)
        else:
            mixed = _mean([parts[index] for index in taken])
        loudest = max(taken, key=lambda index: levels[index])
        if levels[loudest] - level_dbfs(mixed) < CANCELLED_DB or levels[loudest] < AUDIBLE_DBFS:
            return mixed
        if self._alone is None:
            self._alone = loudest
            self._note(f"its channels cancel each other out: only channel {loudest + 1} is taken")
        self._alone_left = STAYS_SECONDS
        return parts[self._alone]

    def _taken(self, levels: list[float]) -> list[int]:
        """The channels to add up: those with sound, without steady noise beside speech."""
        if self._alone is not None and self._alone_left > 0:
            self._alone_left -= self._seconds
            if levels[self._alone] > AUDIBLE_DBFS or max(levels) <= AUDIBLE_DBFS:
                return [self._alone]
        self._alone = None if self._alone_left <= 0 else self._alone
        everyone = list(range(self._channels))
        speaking = [index for index in everyone if self._spreads[index].is_speech]
        if speaking:
            kept = [index for index in everyone if not self._spreads[index].is_steady]
        else:
            kept = everyone
        if self._channels == 2:
            kept = kept or everyone
        else:
            # With many channels, most of them empty, a plain sum would be too quiet.
            audible = [index for index in kept if self._spreads[index].is_audible]
            kept = audible or kept
        if speaking and len(kept) < self._channels:
            shown = ", ".join(str(index + 1) for index in kept)
            self._note(f"speech was found in channel {shown} of {self._channels}")
        return kept

    def _note(self, text: str) -> None:
        if self.notice is None:
            self.notice = text


def _mean(parts: list[bytes]) -> bytes:
    share = 1 / len(parts)
    result = audioop.mul(parts[0], SAMPLE_BYTES, share)
    for part in parts[1:]:
        result = audioop.add(result, audioop.mul(part, SAMPLE_BYTES, share), SAMPLE_BYTES)
    return result
