"""`v` and `y` on the screen, and the file that every copy goes into."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scribe_tui.events import TitleChanged
from scribe_tui.tui.monitor_context import MonitorContext
from tests.tui.stage import NOW, Stage, settle
from tests.tui.test_hits import hit


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have gone to the terminal's clipboard."""
    texts: list[str] = []

    async def send(text: str, *_: Any) -> str:
        texts.append(text)
        return ""

    monkeypatch.setattr("scribe_tui.tui.terminal.clipboard.send", send)
    return texts


async def test_a_range_is_copied_with_source_and_title(sent: list[str], tmp_path: Path) -> None:
    stage = Stage("one")
    stage.app.context = MonitorContext(run=tmp_path)
    async with stage.app.run_test(size=(150, 14)) as pilot:
        stage.app.bridge.receive(TitleChanged(session="one", at=NOW - 50, title="The News"))
        for number in range(5):
            stage.commit("one", f"line {number}", NOW + number)
        await settle(pilot, lambda: "line 4" in stage.text())
        await pilot.press("k", "v", "k", "k", "y")
        await settle(pilot, lambda: "3 lines sent to the terminal, also in" in stage.text())
        assert sent[0].splitlines() == [
            "08:53:22 line 2",
            "08:53:23 line 3",
            "08:53:24 line 4",
            "-- one, The News, 2025-10-09 08:53:22 to 08:53:24",
        ]
        assert (tmp_path / "copied.md").read_text() == sent[0] + "\n"
        await pilot.press("y")
        await settle(pilot, lambda: "1 line sent" in stage.text())
        assert sent[1].startswith("“line 2”\n"), "the range is over, the cursor is not"


async def test_without_a_cursor_the_latest_line_is_copied(sent: list[str]) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(150, 14)) as pilot:
        await pilot.press("y")
        await settle(pilot, lambda: "no line to copy" in stage.text())
        stage.commit("one", "said just now")
        await settle(pilot, lambda: "said just now" in stage.text())
        await pilot.press("y")
        await settle(pilot, lambda: "in no file" in stage.text())
        assert sent == ["“said just now”\n-- one, 2025-10-09 08:53:20\n"]


async def test_a_hit_is_copied_from_the_list(sent: list[str]) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(150, 14)) as pilot:
        stage.app.bridge.receive(hit(1))
        await pilot.press("h", "y")
        await settle(pilot, lambda: bool(sent))
        assert sent[0].startswith("“the fire is out”\n-- one, ")


async def test_a_file_that_cannot_be_written_is_told(sent: list[str], tmp_path: Path) -> None:
    stage = Stage("one")
    stage.app.context = MonitorContext(run=tmp_path / "gone")
    async with stage.app.run_test(size=(150, 14)) as pilot:
        stage.commit("one", "said just now")
        await settle(pilot, lambda: "said just now" in stage.text())
        await pilot.press("y")
        await settle(pilot, lambda: "No such file" in stage.text())
