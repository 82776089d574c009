"""The `x` key: the sound of a line from what is being kept, with its text beside it."""

import os
import re
import wave

import pytest

from scribe_tui.local.demo.clips import FOLDER
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.requirements import need
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until
from tests.support.web import Web

pytestmark = [
    pytest.mark.system,
    pytest.mark.filterwarnings("ignore:.*multi-threaded, use of forkpty:DeprecationWarning"),
]

A_LINE = re.compile(r"\d\d:\d\d:\d\d w\d")
"""Something that was said stands there with its time."""


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "memory"])
def test_a_line_is_saved_as_sound_and_text(tmp_path, kept):
    need("ffmpeg")
    station = Web((FOLDER / "night-desk.mp3").read_bytes(), byte_rate=8000)
    with InBackground(StrictEndpoint()) as service, InBackground(station) as web:
        env = {
            **os.environ,
            "ELEVENLABS_API_KEY": KEY,
            "SCRIBE_TRANSPORT": "websocket",
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }
        words = [f"radio={web.url('/live')}", "--commit", "2"]
        words += ["--archive", "7d"] if kept else ["--clip-format", "mp3"]
        words += ["--endpoint", service.endpoint().url]
        with Terminal(words, env=env, cwd=tmp_path, columns=240) as terminal:
            terminal.until(A_LINE.search)
            terminal.type("k")
            terminal.until_text("scrolled")
            terminal.type("x")
            screen = terminal.until_text("the text beside it")
            assert ("memory" in screen) is not kept
            wait_until(lambda: list(tmp_path.glob("radio*.json")))
            assert terminal.quit() == 0
    (clip,) = tmp_path.glob("radio*.wav" if kept else "radio*.mp3")
    if kept:
        with wave.open(str(clip)) as sound:
            assert sound.getnframes() / sound.getframerate() > 0.5
    else:
        assert clip.stat().st_size > 4000
    assert clip.with_suffix(".txt").read_text().strip()
