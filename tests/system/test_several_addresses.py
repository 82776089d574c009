"""Several addresses of one source as `record` hears them: each change is told, by its own name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.stations import Stations
from tests.support.terminal import PROGRAM
from tests.support.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.system


def told(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "out").read_text().splitlines(keepends=True)
    records = [json.loads(line) for line in lines if line.endswith("\n")]
    return [item for item in records if item["type"] == kind]


@pytest.mark.long
def test_each_change_of_address_is_told_and_errors_name_the_one_in_use(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    with InBackground(StrictEndpoint()) as service, InBackground(Stations()) as stations:
        one, two = stations.url("/1"), stations.url("/2")
        config = tmp_path / "set.toml"
        config.write_text(f'[[source]]\nname = "news"\nsource = ["{one}", "{two}"]\n')
        stations.off = {"/1"}
        with (tmp_path / "out").open("wb") as out:
            process = subprocess.Popen(
                [*PROGRAM, "record", "--config", str(config), "--log-dir", str(tmp_path / "logs"),
                 "--endpoint", service.url(scheme="http")],
                env={**clean, "ELEVENLABS_API_KEY": KEY, "SCRIBE_TRANSPORT": "websocket",
                     "XDG_STATE_HOME": str(tmp_path / "state")},
                stdout=out, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        try:
            wait_until(lambda: len(told(tmp_path, "source")) == 1)
            for opening, off in ((2, "/2"), (3, "/1")):
                heard = len(told(tmp_path, "segment"))
                wait_until(lambda heard=heard: len(told(tmp_path, "segment")) > heard)
                stations.off = {off}
                wait_until(lambda opening=opening: len(told(tmp_path, "source")) == opening)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
    changes = [(item["text"].split(",")[0], item["count"]) for item in told(tmp_path, "notice")]
    assert changes == [
        ("heard from address 2 of 2", 1),
        ("heard from its first address again", 1),
        ("heard from address 2 of 2", 1),
    ]
    drops = [item["message"] for item in told(tmp_path, "error") if item["title"] == "dropped"]
    assert drops == [f"{two} ended its stream.", f"{one} ended its stream."]
