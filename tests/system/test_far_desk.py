"""A newcomer's first ten minutes and an operator's hour, by keys alone, in tmux over ssh.

The actions of that time without its waiting; what happened is read from captures of the pane.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.background import InBackground
from tests.support.broadcast import NumberedWave, broadcast
from tests.support.endpoint import StrictEndpoint
from tests.support.far_desk import FarDesk
from tests.support.http_server import HttpServer, send_head, send_status
from tests.support.numbered import numbered_pcm

pytestmark = pytest.mark.system

COMMITTED = re.compile(r"\d\d:\d\d:\d\d w\d+")
WATCHED = "w8"


class Station(HttpServer):
    """Numbered sound on air, unless it is `down`."""

    down = False

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        del path
        if self.down:
            await send_status(writer, "503 Service Unavailable")
            return
        wave = NumberedWave()
        await send_head(writer, wave.kind)
        writer.write(wave.head)
        await broadcast(writer, wave, over=lambda: self.down)


@pytest.fixture
def service() -> Iterator[StrictEndpoint]:
    with InBackground(StrictEndpoint(key=None)) as endpoint:
        yield endpoint


def world(folder: Path, service: StrictEndpoint) -> dict[str, str]:
    """A home of its own, a key, and the service on loopback."""
    return {
        "HOME": str(folder),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "LANG": "C.UTF-8",
        "ELEVENLABS_API_KEY": "key-of-the-tests-0123456789",
        "SCRIBE_ENDPOINT": service.url(scheme="http"),
        "SCRIBE_LOG_DIR": str(folder / "logs"),
    }


def sound(folder: Path, name: str, seconds: int = 400) -> str:
    """A file in the folder in which the program runs; its name."""
    (folder / name).write_bytes(b"".join(numbered_pcm(seconds)))
    return name


def entries(folder: Path, name: str) -> list[dict[str, object]]:
    """The journal of one source."""
    (path,) = (folder / "logs").glob(f"*/{name}.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.early(20)
def test_a_newcomers_first_ten_minutes(tmp_path: Path, service: StrictEndpoint) -> None:
    first, second = sound(tmp_path, "first.pcm"), sound(tmp_path, "second.pcm")
    with FarDesk(tmp_path, [], world(tmp_path, service)) as desk:
        desk.until_text("What do you want to listen to?", "see the demo")
        desk.press("a", "What to listen to", "address")
        desk.fill_in(first, "1 first", "w1 w2")

        desk.press("?", "Turn the grey text", "esc closes")
        desk.close_dialog("esc closes")

        desk.terminal.type("c")
        desk.until(COMMITTED.search)

        desk.press("s", "ended")
        desk.terminal.type("s")
        desk.until_gone("ended")

        desk.press("a", "Add a source")
        desk.fill_in(second, "2 second", "added second")

        desk.press("z", "unzoom")
        desk.until(lambda shown: ("1 first" in shown) is not ("2 second" in shown))
        desk.press("z", "1 first", "2 second")

        desk.press("1", "┏ 1 first")
        desk.until(COMMITTED.search)
        desk.press("/", "find in first")
        desk.fill_in("w2 w3", "“w2 w3”: line")
        desk.press("y", "sent to the terminal")
        desk.close_dialog("End: live")
        desk.quit()
    (copied,) = (tmp_path / "logs").glob("*/copied.md")
    assert "-- first, " in copied.read_text()
    for name in ("first", "second"):
        assert entries(tmp_path, name)[-1]["type"] == "session_end"
    assert service.violations == []


@pytest.mark.long
def test_an_operators_hour(tmp_path: Path, service: StrictEndpoint) -> None:
    desk_sound, more = sound(tmp_path, "desk.pcm"), sound(tmp_path, "more.pcm")
    with InBackground(Station()) as station:
        sources = [
            f"news={station.url('/news')}", f"desk={desk_sound}", "--watch", WATCHED
        ]  # fmt: skip
        with FarDesk(tmp_path, sources, world(tmp_path, service)) as desk:
            desk.until(lambda shown: shown.count(" w2 ") >= 2)

            desk.press("2", "┏ 2 desk")
            station.down = True
            desk.until_text("1 down")
            desk.press("t", "┏ 1 news", "503")
            station.down = False
            desk.press("r")
            desk.until_gone("1 down")
            desk.until_text("hits ")
            desk.press("h", "Hits", WATCHED)
            desk.press("y", "sent to the terminal")
            desk.press("\r")
            desk.until(lambda shown: "Hits" not in shown and "End: live" in shown)
            desk.close_dialog("End: live")

            desk.press("a", "Add a source")
            desk.fill_in(more, "3 more", "added more")

            desk.press("f", "find in all")
            desk.fill_in("w4", "in all panes", "esc close")
            desk.close_dialog("esc close")

            desk.press("3", "┏ 3 more")
            desk.press("D", "remove its pane?")
            desk.terminal.type("n")
            desk.until_gone("remove its pane?")
            desk.press("D", "remove its pane?")
            desk.until(lambda shown: answered(desk, shown, "removed more"))
            desk.until_gone("3 more")
            desk.quit()
    (copied,) = (tmp_path / "logs").glob("*/copied.md")
    assert WATCHED in copied.read_text()
    news = entries(tmp_path, "news")
    assert any("503" in json.dumps(entry) for entry in news), "the outage is told"
    for name in ("news", "desk", "more"):
        assert any(entry["type"] == "session_end" for entry in entries(tmp_path, name))
    assert service.violations == []


def answered(desk: FarDesk, shown: str, text: str) -> bool:
    """Say yes as long as it is asked: an answer quicker than a person reads is none."""
    if text in shown:
        return True
    desk.terminal.type("y")
    return False
