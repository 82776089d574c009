"""Endpointing: where speech begins and where it pauses, from one yes or no per frame."""

from __future__ import annotations

from collections import deque
from enum import Enum, auto
from typing import Final

START_RATIO: Final = 0.8
"""Part of the window that must be voiced for speech to begin."""
PAUSE_SECONDS: Final = 0.45
"""Quiet that ends an utterance. Shorter cuts inside a sentence, where the recogniser needs
the words before; longer keeps final words waiting and has it search through silence."""


class Edge(Enum):
    """A change from quiet to speech or back."""

    SPEECH_BEGAN = auto()
    SPEECH_PAUSED = auto()


class Endpointing:
    """Finds the edges of utterances. Counts frames; knows no clock and no audio."""

    def __init__(
        self, frame_seconds: float, min_speech_seconds: float, min_silence_seconds: float
    ) -> None:
        self._frame_seconds = frame_seconds
        self._recent: deque[bool] = deque(maxlen=max(2, round(min_speech_seconds / frame_seconds)))
        self._pause_frames = max(PAUSE_SECONDS, min_silence_seconds) / frame_seconds
        self._quiet_frames = 0
        self.in_speech = False

    @property
    def quiet_seconds(self) -> float:
        """Time since the last voiced frame (or since the beginning)."""
        return self._quiet_frames * self._frame_seconds

    def feed(self, voiced: bool) -> Edge | None:
        """Take the next frame; the edge it makes, if any."""
        self._recent.append(voiced)
        self._quiet_frames = 0 if voiced else self._quiet_frames + 1
        if self.in_speech:
            if self._quiet_frames < self._pause_frames:
                return None
            self.in_speech = False
            self._recent.clear()
            return Edge.SPEECH_PAUSED
        full = len(self._recent) == self._recent.maxlen
        if full and sum(self._recent) >= START_RATIO * len(self._recent):
            self.in_speech = True
            return Edge.SPEECH_BEGAN
        return None
