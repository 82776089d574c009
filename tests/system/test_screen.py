"""Keys typed into the real program in a real pseudo-terminal, and what its screen shows."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.terminal import Terminal

pytestmark = pytest.mark.system

COLOURED = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-7]|4[0-7]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@pytest.fixture
def service() -> Iterator[StrictEndpoint]:
    with InBackground(StrictEndpoint(key=None)) as endpoint:
        yield endpoint


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.pcm"
    path.write_bytes(b"".join(numbered_pcm(300)))
    return path


def monitor(service: StrictEndpoint, sound: Path, *more: str, **options: Any) -> Terminal:
    return Terminal(
        [f"one={sound}", f"two={sound}", "--endpoint", service.url(scheme="http"),
         "--log-dir", str(sound.parent / "logs"), *more],
        **options,
    )  # fmt: skip


def journal(sound: Path, name: str) -> list[dict[str, object]]:
    (path,) = (sound.parent / "logs").glob(f"*/{name}.jsonl")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_words_appear_keys_work_and_all_is_saved(service: StrictEndpoint, sound: Path) -> None:
    with monitor(service, sound) as terminal:
        terminal.until_text("w1 w2 w3 w4")
        terminal.type("c")
        terminal.until_text("commit")
        terminal.type("p")
        terminal.until_text("paused")
        terminal.type("p")
        terminal.until_text("resumed")
        terminal.type("z")
        terminal.until(lambda screen: " two " not in screen)
        terminal.type("z")
        terminal.until_text(" two ")
        terminal.type("2s")
        terminal.until_text("ended")
        terminal.type("s")
        terminal.until(lambda screen: "ended" not in screen.splitlines()[0])
        terminal.type("?")
        terminal.until_text("esc closes")
        terminal.type("\x1b")
        terminal.until(lambda screen: "esc closes" not in screen)
        assert terminal.quit() == 0
        assert "Saved in" in terminal.raw.decode(errors="replace").rsplit("\x1b", 1)[-1]
    assert service.violations == []
    kinds = {record["type"] for record in journal(sound, "one")}
    assert {"session_start", "segment", "commit", "pause", "session_end"} <= kinds
    for name in ("one", "two"):
        text = [r["text"] for r in journal(sound, name) if r["type"] == "segment"]
        assert text[0] == "w1 w2 w3 w4"


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("number", "code"),
    [
        (number, 128 + number)
        for number in (
            *(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1),
            *(signal.SIGALRM, signal.SIGPROF, signal.SIGXCPU, signal.SIGABRT, signal.SIGRTMIN),
        )
    ],
)
def test_signals_end_it_in_good_order(
    service: StrictEndpoint, sound: Path, number: int, code: int
) -> None:
    with monitor(service, sound) as terminal:
        terminal.until_text("w1 w2")
        children = psutil.Process(terminal.pid).children(recursive=True)
        os.kill(terminal.pid, number)
        assert terminal.leave() == code
        assert not [child for child in children if child.is_running()]
        assert b"\x1b[?1049l" in terminal.raw, "the terminal is as it was"
    records = journal(sound, "one")
    assert records[-1]["type"] == "session_end"
    assert any(record["type"] == "segment" for record in records)


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    "env",
    [{"TERM": "xterm"}, {"NO_COLOR": "1"}, {"TERM": "linux"}],
    ids=["16", "no colour", "linux"],
)
def test_poor_terminals(service: StrictEndpoint, sound: Path, env: dict[str, str]) -> None:
    with monitor(service, sound, columns=80, rows=24, env=env) as terminal:
        terminal.until_text("w1 w2 w3 w4")
        assert terminal.quit() == 0
    assert b"\x1b[38;2;" not in terminal.raw
    assert b"\x1b[38;5;" not in terminal.raw
    if "NO_COLOR" in env:
        assert not COLOURED.search(terminal.raw)
    else:
        assert b"\x1b[90m" not in terminal.raw, "the background of some themes"
        assert re.search(rb"\x1b\[2;3m[a-z0-9 ]*w\d", terminal.raw), "grey is told by its shape"
    assert b"\x1b[?1000h" not in terminal.raw, "the mouse stays with the terminal"
