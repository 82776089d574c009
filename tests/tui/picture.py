"""The picture in the README: the real screen, with what the demo says in it.

`python -m tests.tui.picture` draws it anew. The text is that of the bundled clips, which the
offline recogniser writes so, word for word (`tests/unit/local/demo/test_clips.py`).
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from scribe_tui.events import HitStatus, State, Tier, WatchHit
from scribe_tui.local.demo.clips import load_clips
from scribe_tui.session.status.snapshot import Lights
from tests.tui.stage import NOW, Stage, settle, trouble

FILE = Path(__file__).with_name("screen.svg")
SIZE = (112, 30)
LEVELS = (-19.0, -31.0, -24.0, -15.0)
"""In dBFS, of each pane."""
ALL_ON = Lights(arriving=True, sound=True, text=True)
NEWS, HARBOR, WEATHER, DESK = range(4)
WATCHED = "waiting for help"
LINE_SECONDS = 6
AWAY_SECONDS = 14
"""How long the harbor's station was away."""
_PARTIAL_WORDS = 7


async def draw() -> str:
    """The picture as SVG."""
    library = load_clips()
    clips = [list(station.clips) for station in library.stations] + [[library.file]]
    names = [*(station.name for station in library.stations), library.file.path.stem]
    stage = Stage(*names)
    show = stage.controls.show
    async with stage.app.run_test(size=SIZE) as pilot:
        for number, (name, spoken) in enumerate(zip(names, clips, strict=True)):
            _speak(stage, name, [line for clip in spoken for line in clip.lines], number)
            show(
                name,
                lights=ALL_ON,
                level_dbfs=LEVELS[number],
                title=spoken[-1].title if len(spoken) > 1 else None,
                last_event="committed",
            )
        fault = trouble("radio.example refused the connection.", retry_at=NOW + 4, attempt=2)
        show(
            names[WEATHER],
            state=State.BACKOFF,
            trouble=fault,
            level_dbfs=None,
            lights=Lights(),
            last_event="",
        )
        show(names[DESK], position_seconds=751.0, duration_seconds=1500.0)
        await settle(pilot)
        stage.app.monitor.sample()
        await settle(pilot)
        return stage.app.export_screenshot(title="scribe-tui demo")


def _speak(stage: Stage, name: str, lines: list[str], number: int) -> None:
    """All but the last line; the harbor's station was away for a while."""
    *said, saying = lines
    for place, line in enumerate(said):
        since = LINE_SECONDS * (len(said) - place) - number
        if number == HARBOR and place == 5:
            stage.gap(name, "source dropped", NOW - since - 2)
        elif number == HARBOR and place < 5:
            since += AWAY_SECONDS
        stage.commit(name, line, NOW - since)
        if WATCHED in line:
            stage.app.bridge.receive(_hit(name, place + 1, line))
    if number != WEATHER:
        stage.partial(name, " ".join(saying.split()[:_PARTIAL_WORDS]))


def _hit(name: str, segment: int, line: str) -> WatchHit:
    return WatchHit(
        session=name,
        at=NOW,
        hit=1,
        watch="rescue",
        word=WATCHED,
        heard=WATCHED,
        tier=Tier.EXACT,
        status=HitStatus.CONFIRMED,
        segment_number=segment,
        source_seconds=0.0,
        quote=line,
    )


def comparable(svg: str) -> str:
    """The picture without the names that differ from run to run."""
    return re.sub(r"terminal-\d+", "terminal", svg)


if __name__ == "__main__":
    FILE.write_text(asyncio.run(draw()), encoding="utf-8")
