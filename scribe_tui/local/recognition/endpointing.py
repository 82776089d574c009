"""Endpointing: where speech begins and how long it has paused, from voiced or unvoiced frames."""

from __future__ import annotations

from collections import deque
from typing import Final

START_RATIO: Final = 0.8
"""Share of the latest frames that must be voiced for speech to begin."""


class Endpointing:
    """Finds where speech begins, by counting frames. It has no clock and gets no audio."""

    def __init__(self, frame_seconds: float, min_speech_seconds: float) -> None:
        self._frame_seconds = frame_seconds
        self._recent: deque[bool] = deque(maxlen=max(2, round(min_speech_seconds / frame_seconds)))
        self._quiet_frames = 0

    @property
    def quiet_seconds(self) -> float:
        """Seconds since the last voiced frame, or since the beginning."""
        return self._quiet_frames * self._frame_seconds

    def feed(self, voiced: bool) -> bool:
        """Take the next frame; returns whether speech begins with it or goes on."""
        self._recent.append(voiced)
        self._quiet_frames = 0 if voiced else self._quiet_frames + 1
        full = len(self._recent) == self._recent.maxlen
        return full and sum(self._recent) >= START_RATIO * len(self._recent)
