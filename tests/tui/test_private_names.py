"""The private names of Textual that the program is built on exist, and it works without them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from scribe_tui.tui import isolation
from scribe_tui.tui.private_names import missing
from scribe_tui.tui.rendering import compositor, updates
from scribe_tui.tui.terminal import driver, keys_in, paced_app, unpainted
from tests.tui.stage import Stage, settle

TUI = Path(__file__).parents[2] / "scribe_tui" / "tui"
MODULES = (compositor, updates, isolation, driver, keys_in, paced_app, unpainted)
KNOWING = {Path(str(module.__file__)).relative_to(TUI).as_posix() for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_textual_that_is_installed_has_them(module: Any) -> None:
    assert missing(module.PRIVATE_NAMES) == []


def test_a_name_that_is_not_there_is_missed() -> None:
    for name in ("textual.app:App._no_such", "textual._no_such:x", "textual.app:App._x()._y"):
        assert missing([name]) == [name]


def test_no_other_module_reaches_into_textual() -> None:
    trespasses = [
        f"{path.relative_to(TUI)}:{node.lineno}"
        for path in TUI.rglob("*.py")
        if path.relative_to(TUI).as_posix() not in KNOWING
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ImportFrom) and "._" in (node.module or ""))
        or (
            isinstance(node, ast.Attribute)
            and node.attr.startswith("_")
            and not node.attr.startswith("__")
            and isinstance(node.value, ast.Attribute | ast.Call)
            and "app" in ast.unparse(node.value)
        )
    ]
    assert trespasses == []


async def _talks(stage: Stage) -> None:
    """Text, meters and a dialog, as far as they concern painting."""
    async with stage.app.run_test(size=(100, 30)) as pilot:
        stage.partial("one", "hello")
        await settle(pilot, lambda: "hello" in stage.text())
        stage.commit("one", "Hello world.")
        stage.controls.show("two", title="a new title")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "Hello world." in stage.text() and "new title" in stage.text())
        await pilot.press("q")
        await settle(pilot, lambda: "quit?" in stage.text())
        stage.commit("two", "said below")
        await settle(pilot, lambda: "said below" in stage.text())
        assert stage.app.faults.standing == ()


async def test_where_textual_changed_its_own_painting_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compositor, "PRIVATE_NAMES", ("textual.app:App._gone",))
    stage = Stage("one", "two")
    await _talks(stage)
    assert not stage.app.monitor.paints_changes


async def test_faster_painting_that_fails_is_left_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AttributeError

    monkeypatch.setattr(compositor.CellCompositor, "paint_changes", fail)
    stage = Stage("one", "two")
    await _talks(stage)
    assert not stage.app.monitor.paints_changes
