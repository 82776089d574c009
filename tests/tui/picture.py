"""The picture in the README: the real screen, with what the demo says in it.

`python -m tests.tui.picture` draws it anew.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from scribe_tui.local.library import load_library
from scribe_tui.session.state import Lights
from tests.tui.stage import NOW, Stage, settle

FILE = Path(__file__).with_name("screen.svg")
SIZE = (112, 30)
ALL_ON = Lights(arriving=True, sound=True, text=True)


def as_spoken(line: str) -> str:
    """A line as the offline recogniser writes it."""
    return re.sub(r"[^a-z' ]", "", line.lower())


async def draw() -> str:
    """The picture as SVG."""
    library = load_library()
    clips = [list(station.clips) for station in library.stations] + [[library.file]]
    names = [*(station.name for station in library.stations), library.file.path.stem]
    stage = Stage(*names)
    async with stage.app.run_test(size=SIZE) as pilot:
        for level, (name, spoken) in enumerate(zip(names, clips, strict=True)):
            _speak(stage, name, [line for clip in spoken[:2] for line in clip.lines])
            stage.controls.change(
                name,
                lights=ALL_ON,
                level_dbfs=-28.0 + 4 * level,
                title=spoken[1].title if len(spoken) > 1 else None,
                last_event="committed",
            )
        stage.controls.change(names[-1], position_seconds=372.0, duration_seconds=1500.0)
        stage.gap(names[1], "source: dropped")
        await settle(pilot)
        stage.app.monitor.sample()
        await settle(pilot)
        return stage.app.export_screenshot(title="scribe-tui demo")


def _speak(stage: Stage, name: str, lines: list[str]) -> None:
    for place, line in enumerate(lines[:4]):
        stage.commit(name, as_spoken(line), NOW - 60 + 9 * place)
    stage.partial(name, as_spoken(lines[4] if len(lines) > 4 else lines[0])[:38])


def comparable(svg: str) -> str:
    """The picture without the names that differ from run to run."""
    return re.sub(r"terminal-\d+", "terminal", svg)


if __name__ == "__main__":
    FILE.write_text(asyncio.run(draw()), encoding="utf-8")
