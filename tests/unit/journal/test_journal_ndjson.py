"""The NDJSON writer: a line each, at the reader's pace, never at the engine's cost."""

import json
import os
import threading
import time

from scribe_tui.events import PartialChanged, State, StateChanged
from scribe_tui.journal import ndjson
from scribe_tui.journal.ndjson import NdjsonWriter
from tests.support.waiting import PATIENCE


def partial(text):
    return PartialChanged(session="a", at=1.0, text=text)


def state():
    return StateChanged(session="a", at=1.0, state=State.LIVE, previous=State.CONNECTING)


def read_all(descriptor):
    with os.fdopen(descriptor, "rb") as stream:
        return [json.loads(line) for line in stream.read().splitlines()]


def test_every_event_is_a_line_partials_too():
    reading, writing = os.pipe()
    writer = NdjsonWriter(writing, on_closed=lambda: None)
    writer.receive(partial("hel"))
    writer.receive(state())
    writer.close()
    os.close(writing)
    assert [record["type"] for record in read_all(reading)] == ["partial", "state"]


def test_a_reader_that_went_away_is_told_and_nothing_is_raised():
    reading, writing = os.pipe()
    os.close(reading)
    gone = threading.Event()
    writer = NdjsonWriter(writing, on_closed=gone.set)
    writer.receive(state())
    assert gone.wait(PATIENCE)
    writer.receive(state())
    writer.close()
    os.close(writing)


def test_a_reader_that_stands_still_blocks_nobody_and_costs_partials_first(monkeypatch):
    monkeypatch.setattr(ndjson, "MAX_WAITING", 5)
    reading, writing = os.pipe()
    writer = NdjsonWriter(writing, on_closed=lambda: None)
    begun = time.monotonic()
    writer.receive(partial("x" * 1_000_000))
    for _ in range(20):
        writer.receive(state())
        writer.receive(partial("y"))
    for _ in range(100):
        writer.receive(state())
    assert time.monotonic() - begun < PATIENCE
    closing = threading.Thread(target=writer.close, args=(PATIENCE,))
    closing.start()
    lines = b""
    while lines.count(b'"state"') < 40:
        lines += os.read(reading, 65536)
    closing.join()
    os.close(writing)
    os.close(reading)
    assert lines.count(b'"partial"') < 10
