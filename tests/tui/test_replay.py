"""A past run on the screen: what it shows, and what its keys do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Input

from scribe_tui.errors import UsageError
from scribe_tui.events import State
from scribe_tui.journal.reading import journals_of
from scribe_tui.replay.controls import ReplayControls
from scribe_tui.replay.past_run import PastRun
from scribe_tui.replay.player import Player
from scribe_tui.replay.timeline_marks import MarkKind, TimelineMark, TimelineMarks
from scribe_tui.tui.app import ScreenEnding
from scribe_tui.tui.key_map import remapped_in_replay
from scribe_tui.tui.keys import (
    ALL_KEYS,
    REPLAY_APP_KEYS,
    REPLAY_KEYS,
    REPLAY_SCREEN_KEYS,
    Shortcut,
)
from scribe_tui.tui.replay_app import ReplayApp
from scribe_tui.tui.screens.go_to_time import GoToTimeScreen
from scribe_tui.tui.widgets.replay_bar import ReplayPosition, replay_row
from tests.support.night import BEGUN, Night
from tests.support.virtual import VirtualTime
from tests.tui.stage import screen_text, settle

SIZE = (100, 24)


class Cinema:
    """The app over a night of two sources, on virtual time."""

    def __init__(self, run: Path, keys: Sequence[Shortcut] = ALL_KEYS, **options: float) -> None:
        for name in ("news", "harbor"):
            Night(name, 2.0, partials=True).write(run)
        self.time = VirtualTime()
        self.player = Player(PastRun(journals_of(run)), clock=self.time.clock, **options)
        self.controls = ReplayControls(self.player)
        self.app = ReplayApp(self.controls, keys=keys)

    async def pass_(self, pilot: Pilot[Any], seconds: float) -> None:
        """Let time go by as the player's own task would see it."""
        for _ in range(round(seconds / 0.05)):
            self.time.pass_(0.05)
            self.player.advance()
        await self.look(pilot)

    async def look(self, pilot: Pilot[Any]) -> None:
        """Show what there is to be shown."""
        self.app.monitor.sample()
        await settle(pilot)

    def text(self) -> str:
        """The whole screen."""
        return screen_text(self.app)

    @property
    def past(self) -> float:
        return self.player.now() - BEGUN


@pytest.fixture
def cinema(tmp_path: Path) -> Cinema:
    return Cinema(tmp_path / "run")


async def test_panes_fill_as_they_did(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await cinema.pass_(pilot, 17)
        text = cinema.text()
        assert text.startswith(" REPLAY ")
        assert "harbor says number 1" in text
        assert re.search(r"news says nu\s", text)
        assert "number 2" not in text
        await cinema.pass_(pilot, 4)
        assert "news says number 2" in cinema.text()


async def test_the_first_row_says_what_it_is_and_where(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await cinema.pass_(pilot, 61.5)
        first = cinema.text().splitlines()[0]
        assert re.search(r"REPLAY .* \d\d:01:0\d ▶ 1x .*●.* 1:01 of 2:00:01", first)
        await pilot.press("space", "plus")
        await cinema.look(pilot)
        assert "║ paused 2x" in cinema.text().splitlines()[0]
        await pilot.press("T")
        await settle(pilot, lambda: isinstance(cinema.app.screen, GoToTimeScreen))
        await pilot.press(*"-1s", "enter")
        await settle(pilot, lambda: not isinstance(cinema.app.screen, GoToTimeScreen))
        await pilot.press("space")
        await cinema.pass_(pilot, 2)
        assert "■ end" in cinema.text().splitlines()[0]


async def test_a_jump_does_not_make_speech_look_fast(cinema: Cinema) -> None:
    """Two sources say a few words every twenty seconds; a jump brings those of an hour at once."""
    async with cinema.app.run_test(size=SIZE) as pilot:
        await cinema.pass_(pilot, 1)
        await pilot.press("right_curly_bracket", "right_curly_bracket")
        await cinema.pass_(pilot, 30)
        found = re.search(r"(\d+) words/min", cinema.text())
        assert found is not None
        assert int(found[1]) < 100


async def test_jumps_clear_the_panes_and_show_the_text_before(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await cinema.pass_(pilot, 25)
        await pilot.press("right_curly_bracket")
        await cinema.look(pilot)
        assert cinema.past == pytest.approx(625, abs=1)
        assert "harbor says number 62" in cinema.text()
        await pilot.press("left_square_bracket")
        await cinema.look(pilot)
        assert "harbor says number 56" in cinema.text()
        assert "harbor says number 57" not in cinema.text()
        await pilot.press("0")
        await cinema.look(pilot)
        assert cinema.past == 0
        assert "says" not in cinema.text()


async def test_marks_are_found_chosen_and_said(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("d")
        await cinema.look(pilot)
        assert cinema.past == 1800
        assert cinema.player.paused
        assert "404 Not Found." in cinema.text()
        assert "error in harbor" in cinema.text()
        await pilot.press("b")
        await cinema.look(pilot)
        assert "station away" in cinema.text()
        await pilot.press("W")
        await cinema.look(pilot)
        assert cinema.past == 610
        await pilot.press("W")
        await cinema.look(pilot)
        assert "no hit before this" in cinema.text()
        assert cinema.past == 610


async def test_lists_of_hits_and_places_are_of_the_time_that_is_shown(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for key in ("w", "0", "w", "w", "0", "w"):
            await pilot.press(key)
            await cinema.look(pilot)
        assert len(list(cinema.app.bridge.hits.newest_first)) == 2
        await pilot.press("0")
        await cinema.look(pilot)
        assert not list(cinema.app.bridge.hits.newest_first)
        assert not cinema.app.bridge.places.places
        assert not cinema.app.faults.standing


async def test_a_time_is_asked_for_and_what_is_none_is_said(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("T")
        await settle(pilot, lambda: isinstance(cinema.app.screen, GoToTimeScreen))
        await pilot.press(*"soon", "enter")
        await settle(pilot)
        assert "is no time" in cinema.text()
        cinema.app.screen.query_one(Input).value = "+3000"
        await pilot.press("enter")
        await settle(pilot, lambda: not isinstance(cinema.app.screen, GoToTimeScreen))
        await cinema.look(pilot)
        assert cinema.past == 3000
        await pilot.press("T", "escape")
        await settle(pilot, lambda: not isinstance(cinema.app.screen, GoToTimeScreen))
        assert cinema.past == 3000


REFUSED = [key for key in REPLAY_SCREEN_KEYS if key.steers]


@pytest.mark.some(1)
@pytest.mark.parametrize("key", REFUSED, ids=lambda key: key.id)
async def test_keys_that_steer_live_sessions_say_why_they_do_not(cinema: Cinema, key: Any) -> None:
    async with cinema.app.run_test(size=(120, 24)) as pilot:
        await cinema.pass_(pilot, 5)
        await pilot.press(key.keys.split(",")[0])
        await cinema.look(pilot)
        assert f"no {key.label} here: this is a replay" in cinema.text()
        assert cinema.controls.snapshot("news").state is State.LIVE


async def test_help_and_footer_offer_the_keys_of_a_replay(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=(140, 64)) as pilot:
        await cinema.look(pilot)
        assert "space pause/play" in cinema.text().splitlines()[-1]
        assert "commit" not in cinema.text().splitlines()[-1]
        await pilot.press("question_mark")
        await settle(pilot, lambda: cinema.app.screen is not cinema.app.monitor)
        await settle(pilot)
        assert "To the next gap, or the one before." in cinema.text()
        assert "Leave the replay." in cinema.text()
        assert "Turn the grey text" not in cinema.text()


async def test_leaving_asks_nothing(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await cinema.pass_(pilot, 5)
        await pilot.press("q")
        await settle(pilot, lambda: cinema.app.return_value is not None)
    assert cinema.app.return_value is ScreenEnding.LEFT


@pytest.mark.long
async def test_a_hundred_jumps_in_a_row_end_where_they_say(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        for _ in range(50):
            await pilot.press("right_square_bracket", "right_square_bracket", "left_square_bracket")
        await cinema.look(pilot)
        assert cinema.past == pytest.approx(3000, abs=1)
        assert "harbor says number 282" in cinema.text()
        assert not cinema.app.faults.standing


async def test_the_users_keys_count_in_a_replay_too(tmp_path: Path) -> None:
    """Its own, those of the program; and a key that a replay uses itself stays with it."""
    pairs = [("replay-pause", "%"), ("help", "f5"), ("commit", "b")]
    cinema = Cinema(tmp_path / "run", keys=remapped_in_replay(pairs))
    async with cinema.app.run_test(size=SIZE) as pilot:
        await cinema.pass_(pilot, 5)
        assert " % pause/play" in cinema.text()
        await pilot.press("percent_sign")
        await cinema.look(pilot)
        assert cinema.player.paused
        await pilot.press("space")
        await cinema.look(pilot)
        assert cinema.player.paused
        await pilot.press("b")
        await cinema.look(pilot)
        assert "gap in" in cinema.text()
        await pilot.press("f5")
        await settle(pilot, lambda: cinema.app.screen is not cinema.app.monitor)


def test_in_a_replay_two_uses_of_a_key_are_refused_and_foreign_ids(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="both"):
        remapped_in_replay([("faster", "space")])
    with pytest.raises(UsageError, match="no key is called"):
        remapped_in_replay([("fastest", "f5")])


async def test_a_time_that_comes_all_at_once_with_its_enter_is_taken(cinema: Cinema) -> None:
    async with cinema.app.run_test(size=SIZE) as pilot:
        await settle(pilot)
        await pilot.press("T")
        await settle(pilot, lambda: isinstance(cinema.app.screen, GoToTimeScreen))
        cinema.app.post_message(Paste("-1m\r"))
        await settle(pilot, lambda: not isinstance(cinema.app.screen, GoToTimeScreen))
        assert cinema.past == pytest.approx(2 * 3600 - 60, abs=20)


async def test_a_run_that_goes_on_says_so_and_new_sources_get_panes(
    cinema: Cinema, tmp_path: Path
) -> None:
    cinema.player.recording.grows = True
    async with cinema.app.run_test(size=SIZE) as pilot:
        cinema.player.go_to(BEGUN + 9999)
        await cinema.look(pilot)
        assert "▶ live" in cinema.text()
        Night("later", 2.1).write(tmp_path / "run")
        cinema.player.recording.grow(journals_of(tmp_path / "run"), grows=False)
        await cinema.look(pilot)
        await settle(pilot, lambda: "later" in cinema.text())
        assert "▶ live" not in cinema.text()


def test_no_key_of_a_replay_does_two_things() -> None:
    names = [name for key in REPLAY_SCREEN_KEYS + REPLAY_APP_KEYS for name in key.keys.split(",")]
    assert len(names) == len(set(names))
    assert not [key for key in REPLAY_KEYS if key.steers]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
def test_the_row_fits_any_width(width: int) -> None:
    marks = TimelineMarks(
        [TimelineMark(BEGUN + 10, MarkKind.GAP, 0), TimelineMark(BEGUN + 3000, MarkKind.ERROR, 0)]
    )
    standing = ReplayPosition(BEGUN + 1000, BEGUN, BEGUN + 4000, 60, False, False)
    text = "".join(piece.text for piece in replay_row(width, standing, marks))
    assert "REPLAY" in text
    assert len(text) <= max(width, 30)
    if width >= 60:
        assert "●" in text
    if width >= 80:
        assert "╌" in text
        assert "×" in text
