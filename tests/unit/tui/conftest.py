"""The monitor as plain lines, with something said."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.tui.lines import typed
from tests.support.plain_lines import Lines


@pytest.fixture
def lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Two sources of which four lines were said; no key is taken for a slip."""
    monkeypatch.setattr(typed, "ANSWER_SECONDS", 0.0)
    made = Lines(tmp_path, "news", "harbor")
    for number, text in enumerate(["Good evening.", "The bridge is closed.", "Prices fell."]):
        made.commit("news", text, number)
    made.commit("harbor", "Small boats.", 1)
    made.said.lines.clear()
    return made
