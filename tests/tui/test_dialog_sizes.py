"""A dialog lives through a storm of sizes, and what is behind it does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.events import Resize
from textual.geometry import Size

from scribe_tui.tui.widgets import pane
from tests.tui.stage import settle
from tests.tui.test_snapshots import DIALOGS, desk, find_words, scene, speak

SIZES = ((60, 15), (400, 100), (61, 16), (120, 40), (200, 50))


@pytest.mark.some(1)
@pytest.mark.parametrize("dialog", DIALOGS)
async def test_a_storm_of_sizes_leaves_what_a_new_one_would_show(
    dialog: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pane, "FLASH_SECONDS", 0.01)
    stage = scene(4, context=desk(tmp_path))

    async def opened(pilot: Any, size: tuple[int, int]) -> str:
        await pilot.resize_terminal(*size)
        await settle(pilot)
        for key in DIALOGS[dialog]:
            await pilot.press(key)
            await settle(pilot)
        return await shown(pilot)

    async def shown(pilot: Any) -> str:
        await settle(pilot, lambda: "wrong" not in dialog or "× " in stage.text())
        for screen in stage.app.screen_stack[1:]:
            if callable(look := getattr(screen, "look", None)):
                look()
        await settle(pilot)
        return stage.text().rpartition("\n")[0]  # the key bar tells what happened meanwhile

    async with stage.app.run_test(size=(60, 15)) as pilot:
        speak(stage)
        find_words(stage)
        await settle(pilot, lambda: "commuters" in stage.text() and "╔" not in stage.text())
        fresh = await opened(pilot, (60, 15))
        for size in SIZES:
            await pilot.resize_terminal(*size)
        # Only after the last of them: it began as large as it is to be in the end.
        await settle(pilot, lambda: stage.app.screen.size == Size(*SIZES[-1]))
        await pilot.resize_terminal(60, 15)
        await settle(pilot, lambda: stage.app.screen.size == Size(60, 15))
        assert await shown(pilot) == fresh
        assert len(stage.app.screen_stack) > 1
        assert not stage.app.faults.standing


async def test_a_size_that_the_terminal_no_longer_has_is_disregarded() -> None:
    stage = scene(1)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("q")
        await settle(pilot, lambda: "quit?" in stage.text())
        before = stage.text()
        old = Size(60, 15)
        stage.app.screen.post_message(Resize(old, old))
        await settle(pilot)
        assert stage.app.screen.size == Size(80, 24)
        assert stage.text() == before
