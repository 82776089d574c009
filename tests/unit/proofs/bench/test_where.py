"""Samples are shared out over the parts of the program."""

from __future__ import annotations

from tests.proofs.bench.where import LOOP, shares

RUN = (
    "MainThread;main (scribe_tui/cli/__init__.py:15);run (scribe_tui/tui/frame_loop.py:140);"
    "Handle._run (asyncio/events.py:80)"
)
MONITOR = "scribe_tui/tui/screens/monitor.py"
SEND = (
    "Sender.run (scribe_tui/session/speech/sender.py:86);"
    "Connection.send (websockets/connection.py:9)"
)


def test_each_sample_counts_for_one_part() -> None:
    lines = [
        f"{RUN};{SEND} 7",
        f"{RUN};Timer._run (textual/timer.py:4);MonitorScreen.sample ({MONITOR}:90) 5",
        f"{RUN};PaintedScreen._frame (scribe_tui/tui/rendering/painting.py:140) 4",
        f"{RUN};Capture.run (scribe_tui/session/capture/capture.py:50);level (pydub/utils.py:3) 3",
        "thread (7): textual-input;SelectSelector.select (selectors.py:323) 800",
        f"{RUN};Timeout.reschedule (asyncio/timeouts.py:67) 2",
        "MainThread;BaseEventLoop._run_once (asyncio/base_events.py:1);"
        "RestingSelector.select (scribe_tui/tui/frame_loop.py:70);"
        "EpollSelector.select (selectors.py:468) 900",
    ]
    assert shares(lines) == {
        "chunks out": 7,
        "look at the meters": 5,
        "text to screen": 4,
        "pacing, level, buffer": 3,
        LOOP: 2,
    }
