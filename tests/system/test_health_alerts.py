"""What is wrong and when it is over, as `record` tells it to a web server: stations of loopback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.post_server import PostServer
from tests.support.script import Script
from tests.support.small_disk import fill, small_disk
from tests.support.stations import Stations
from tests.support.terminal import PROGRAM
from tests.support.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.system


class Recording:
    """`record` of three stations with alerts to a web server, while it is entered."""

    def __init__(
        self,
        folder: Path,
        service: StrictEndpoint,
        hook: PostServer,
        stations: Stations,
        *more: str,
    ) -> None:
        clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
        self._hook = hook
        self._folder = folder
        with (folder / "out").open("wb") as out:
            self._process = subprocess.Popen(
                [*PROGRAM, "record", *(f"s{n}={stations.url(f'/{n}')}" for n in (1, 2, 3)),
                 "--endpoint", service.url(scheme="http"), "--log-dir", str(folder / "logs"),
                 "--alert", hook.url(), *more],
                env={**clean, "ELEVENLABS_API_KEY": KEY, "SCRIBE_TRANSPORT": "websocket",
                     "XDG_STATE_HOME": str(folder / "state")},
                stdout=out, stderr=subprocess.DEVNULL,
            )  # fmt: skip

    def __enter__(self) -> Recording:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(PATIENCE)

    @property
    def told(self) -> list[tuple[str, bool, int]]:
        """Kind, whether it is over, and of how many panes, of all that was posted."""
        bodies = [json.loads(posted.body) for posted in self._hook.posted]
        return [(body["kind"], body["over"], len(body["sessions"])) for body in bodies]

    def until(self, told: Callable[[list[tuple[str, bool, int]]], object]) -> None:
        wait_until(lambda: told(self.told))

    @property
    def texts(self) -> int:
        """Sessions that have a committed text."""
        lines = (self._folder / "out").read_text().splitlines(keepends=True)
        records = [json.loads(line) for line in lines if line.endswith("\n")]
        return len({item["session"] for item in records if item["type"] == "segment"})


@pytest.fixture
def hook() -> Iterator[PostServer]:
    with InBackground(PostServer()) as server:
        yield server


@pytest.fixture
def stations() -> Iterator[Any]:
    with InBackground(Stations()) as server:
        yield server


def of(kind: str, over: bool) -> Callable[[list[tuple[str, bool, int]]], int]:
    """In how many panes so far that began, or was over."""
    return lambda told: sum(
        count for what, is_over, count in told if (what, is_over) == (kind, over)
    )


@pytest.mark.long
def test_silence_and_an_outage_of_three_stations_are_one_alert_and_one_all_clear_each(
    tmp_path: Path, hook: PostServer, stations: Stations
) -> None:
    with (
        InBackground(StrictEndpoint()) as service,
        Recording(tmp_path, service, hook, stations, "--dead-air-seconds", "2") as recording,
    ):
        wait_until(lambda: recording.texts == 3)
        assert recording.told == []
        stations.mode = "silent"
        recording.until(of("dead_air", False))
        stations.mode = "loud"
        recording.until(of("dead_air", True))
        stations.mode = "off"
        recording.until(of("source_down", False))
        stations.mode = "loud"
        recording.until(of("source_down", True))
    assert recording.told == [
        ("dead_air", False, 3), ("dead_air", True, 3),
        ("source_down", False, 3), ("source_down", True, 3),
    ]  # fmt: skip


@pytest.mark.long
def test_sound_without_text_is_told_and_so_is_text_again(
    tmp_path: Path, hook: PostServer, stations: Stations
) -> None:
    """Not what the first connection anew mends at once: so it is with three panes' next ones."""
    mute = Script(vad_words=None, partials_told=0, told=0)
    with (
        InBackground(StrictEndpoint(*[mute] * 6, Script())) as service,
        Recording(tmp_path, service, hook, stations, "--no-text-seconds", "6") as recording,
    ):
        recording.until(of("no_text", False))
        recording.until(of("no_text", True))
    assert recording.told == [("no_text", False, 3), ("no_text", True, 3)]


@pytest.mark.long
def test_a_journal_that_cannot_be_written_is_one_alert_for_all_panes_with_its_all_clear(
    tmp_path: Path, hook: PostServer, stations: Stations
) -> None:
    with (
        small_disk(tmp_path / "logs") as disk,
        InBackground(StrictEndpoint()) as service,
        Recording(tmp_path, service, hook, stations) as recording,
    ):
        wait_until(lambda: recording.texts == 3)
        filler = fill(disk)
        recording.until(of("journal", False))
        filler.unlink()
        recording.until(of("journal", True))
    assert recording.told == [("journal", False, 3), ("journal", True, 3)]
