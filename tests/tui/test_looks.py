"""Other colours while the screen is open; a list's chosen entries."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import SelectionList

from scribe_tui.settings import ThemeSettings
from scribe_tui.tui.looks import Looks
from scribe_tui.tui.widgets.check_list import CheckList
from tests.tui.stage import Stage, settle


async def test_the_palette_changes_the_colours_of_all_that_is_drawn() -> None:
    mine = ThemeSettings(name="mine", like="light", colours=(("grey", "#123456"),))
    stage = Stage("one", looks=Looks(themes=(mine,)))
    async with stage.app.run_test() as pilot:
        stage.partial("one", "grey text")
        await settle(pilot, lambda: "grey text" in stage.text())
        assert "#fbfaf7" not in stage.app.export_screenshot()
        assert "theme" in {
            command.title for command in stage.app.get_system_commands(stage.app.screen)
        }
        stage.app.theme = "mine"
        await settle(pilot, lambda: "#123456" in stage.app.export_screenshot())
        assert "#fbfaf7" in stage.app.export_screenshot()
        stage.partial("one", "grey text that grows")
        await settle(pilot, lambda: "that grows" in stage.text())
        stage.app.theme = "terminal"
        await settle(pilot, lambda: "#123456" not in stage.app.export_screenshot())
        assert "that grows" in stage.text()


class _List(App[None]):
    def compose(self) -> ComposeResult:
        yield CheckList(("first", 1, True), ("second", 2, False), compact=True)


async def test_what_is_chosen_has_a_sign_of_its_own() -> None:
    app = _List()
    async with app.run_test() as pilot:
        chosen = app.query_one(SelectionList)

        def lines() -> list[str]:
            return [chosen.render_line(y).text.strip() for y in range(3)]

        await settle(pilot, lambda: lines() == ["[x] first", "[ ] second", ""])
        chosen.toggle_all()
        await settle(pilot, lambda: lines()[:2] == ["[ ] first", "[x] second"])
