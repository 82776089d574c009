"""The private names of Textual that the program is built on exist, and it works without them."""

from __future__ import annotations

import ast
import re
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


def test_no_other_module_uses_a_name_that_is_private_and_not_ours() -> None:
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in TUI.rglob("*.py")}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    ours = {"_replace", "_asdict", "_exit"}  # of named tuples, and of `os`
    ours |= {node.name for _, node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    ours |= {node.name for _, node in nodes if isinstance(node, ast.AsyncFunctionDef)}
    for _, node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            ours.add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            ours.add(node.id)
    assert "_controls" in ours
    trespasses = [
        f"{path.relative_to(TUI)}:{node.lineno} {node.attr}"
        for path, node in nodes
        if isinstance(node, ast.Attribute) and re.match("_[a-z]", node.attr)
        if node.attr not in ours and path.relative_to(TUI).as_posix() not in KNOWING
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
