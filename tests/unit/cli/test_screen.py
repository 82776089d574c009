"""The monitor in a real terminal: what may reach the screen, and every way to leave it."""

import json
import os
import re
import signal
from pathlib import Path

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.script import NEVER_COMMITS
from tests.support.terminal import Terminal

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*multi-threaded, use of forkpty:DeprecationWarning"
)

ROOT = Path(__file__).parents[3]
SOUND_OF_NOISE = re.compile(r"NOISE of a (library |child\r\n)")
LEFT_ALTERNATE_SCREEN = b"\x1b[?1049l"
BEFORE_THE_DRAIN_ENDS_SECONDS = 7.0
"""Sooner than the 8 s after which a single signal is obeyed, too."""
RESTORED = b"\x1b[0m"
NOISE = """
import os, threading, time
def noise():
    while True:
        time.sleep(0.02)
        os.write(2, b"NOISE of a library ")
        os.write(1, b"NOISE of a library ")
        os.system("echo NOISE of a child >&2")
if os.environ.pop("MAKE_NOISE", None):
    def wait():
        while os.readlink("/proc/self/fd/2").startswith("/dev/"):
            time.sleep(0.001)
        noise()
    threading.Thread(target=wait, daemon=True).start()
"""


@pytest.fixture(scope="module")
def service():
    with InBackground(StrictEndpoint()) as service:
        yield service


BROKEN_BRIDGE = """
import scribe_tui.tui.bridge as module
def bug(*_):
    raise RuntimeError
module.Bridge.receive = bug
"""


@pytest.fixture
def monitor(service, tmp_path, home):
    """Open the monitor on a minute of numbered sound."""
    clip = tmp_path / "clip.pcm"
    clip.write_bytes(b"".join(numbered_pcm(60)))
    opened = []

    def open_monitor(*arguments, **environment):
        given = ["--endpoint", service.endpoint().url, "--log-dir", str(tmp_path / "logs")]
        terminal = Terminal(
            [str(clip), "--transport", "websocket", *given, *arguments],
            env={"ELEVENLABS_API_KEY": KEY, "PYTHONPATH": str(ROOT), **environment},
        )
        opened.append(terminal)
        return terminal

    yield open_monitor
    for terminal in opened:
        terminal.__exit__(None, None, None)


def journal(tmp_path):
    (file,) = (tmp_path / "logs").glob("*/clip.jsonl")
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_nothing_that_writes_to_the_descriptors_reaches_the_screen(monitor, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(NOISE)
    terminal = monitor("--speed", "4", MAKE_NOISE="1", PYTHONPATH=f"{tmp_path}:{ROOT}")
    terminal.until_text("w1 w2 w3 w4")
    assert terminal.quit() == 0
    screen, _, after = terminal.raw.rpartition(LEFT_ALTERNATE_SCREEN)
    assert b"NOISE" not in screen
    # From here on the descriptors are the terminal's again, and the noise goes on to the end.
    (run,) = (tmp_path / "logs").iterdir()
    assert f"Saved in {run}\r\n" in SOUND_OF_NOISE.sub("", after.decode())
    text = (tmp_path / "state" / "scribe-tui" / "diagnostics" / "scribe-tui.log").read_text()
    assert "NOISE of a library" in text
    assert "NOISE of a child" in text
    assert KEY not in text
    assert "w1 w2" not in text


def test_after_a_bug_in_the_bridge_panes_say_so_recording_goes_on_and_the_exit_code_is_1(
    monitor, tmp_path
):
    (tmp_path / "sitecustomize.py").write_text(BROKEN_BRIDGE)
    terminal = monitor("--speed", "4", PYTHONPATH=f"{tmp_path}:{ROOT}")
    terminal.until_text("this pane cannot be drawn: RuntimeError in sitecustomize.py")
    assert terminal.quit() == 1
    assert "A fault in the screen stood to the end. Diagnostics: " in terminal.text
    assert journal(tmp_path)[-1]["type"] == "session_end"


def test_a_key_corrected_in_dot_env_is_tried_at_s(monitor, home):
    (home / ".env").write_text("ELEVENLABS_API_KEY=sk_a_wrong_one\n")
    terminal = monitor(ELEVENLABS_API_KEY="")
    terminal.until_text("key refused")
    (home / ".env").write_text(f"ELEVENLABS_API_KEY={KEY}\n")
    terminal.type("s")
    terminal.until_text("w1 w2 w3 w4")
    assert terminal.quit() == 0
    assert KEY not in terminal.text


def test_when_the_terminal_hangs_up_everything_is_saved(monitor, tmp_path):
    terminal = monitor()
    terminal.until_text("w1 w2")
    assert terminal.vanish() == 128 + signal.SIGHUP
    assert journal(tmp_path)[-1]["type"] == "session_end"


@pytest.mark.long
def test_a_second_signal_leaves_at_once_and_leaves_the_terminal_usable(monitor):
    with InBackground(StrictEndpoint(NEVER_COMMITS)) as mute:
        terminal = monitor("--endpoint", mute.endpoint().url)
        terminal.until_text("w1 w2")
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.until_text("raining")
        os.kill(terminal.pid, signal.SIGINT)
        assert terminal.leave(BEFORE_THE_DRAIN_ENDS_SECONDS) == 128 + signal.SIGINT
    assert terminal.raw.endswith(RESTORED)
    left = terminal.raw.rindex(LEFT_ALTERNATE_SCREEN)
    assert terminal.raw.rindex(b"\x1b[<u") < left, "the alternate screen has a stack of its own"
