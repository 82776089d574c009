"""Levels in dBFS."""

from __future__ import annotations

import math

import pytest

from scribe_tui.audio.pcm.level import level_dbfs
from tests.support.tone import tone


def test_the_level_is_in_dbfs_and_silence_is_minus_infinity() -> None:
    assert level_dbfs(tone(1.0)) == pytest.approx(-3.01, abs=0.05)
    assert level_dbfs(tone(0.1)) == pytest.approx(-23.01, abs=0.05)
    assert level_dbfs(bytes(3200)) == -math.inf
    assert level_dbfs(b"") == -math.inf
