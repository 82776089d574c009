"""The NDJSON writer: a line each, at the reader's pace, never at the engine's cost."""

import errno
import json
import os
import select
import threading
import time

from scribe_tui.events import PartialChanged, State, StateChanged, TitleChanged
from scribe_tui.journal import ndjson
from scribe_tui.journal.ndjson import NdjsonWriter
from tests.support.waiting import PATIENCE, wait_until


def partial(text):
    return PartialChanged(session="a", at=1.0, text=text)


def title(text):
    return TitleChanged(session="a", at=1.0, title=text)


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
    monkeypatch.setattr(ndjson, "MAX_WAITING_BYTES", 500_000)
    reading, writing = os.pipe()
    writer = NdjsonWriter(writing, on_closed=lambda: None)
    begun = time.monotonic()
    writer.receive(title("x" * 100_000))
    wait_until(lambda: not select.select([], [writing], [], 0)[1])  # it stands in its first line
    for _ in range(30):
        writer.receive(title("kept"))
    for _ in range(100):
        writer.receive(title("late" * 16_000))
        writer.receive(partial("y"))
    assert time.monotonic() - begun < PATIENCE
    lost = []
    closing = threading.Thread(target=lambda: lost.append(writer.close(PATIENCE)))
    closing.start()
    records = []
    with os.fdopen(reading, "rb") as stream:
        while not records or records[-1]["type"] != "lines_lost":
            records.append(json.loads(stream.readline()))
    closing.join()
    os.close(writing)
    titles = [record["title"] for record in records if record["type"] == "title"][1:]
    assert titles[:30] == ["kept"] * 30
    assert lost == [130 - len(titles)]
    assert records[-1]["lines"] == lost[0], "a reader is told what it did not get"
    assert sum(record["type"] == "partial" for record in records) < 10


def test_what_a_still_reader_never_got_is_known_at_the_end():
    reading, writing = os.pipe()
    writer = NdjsonWriter(writing, on_closed=lambda: None)
    for _ in range(3):
        writer.receive(title("x" * 100_000))
    assert writer.close(0.1) == 3
    os.close(reading)


class FullDisk:
    """Stands before `os.write`: refuses while `full`, after half a line."""

    def __init__(self, monkeypatch):
        self.full = True
        self.refused = threading.Event()
        self._write = os.write
        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(ndjson, "RETRY_SECONDS", 0.02)

    def write(self, descriptor, data):
        if self.full and len(data) < 60:
            self.refused.set()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return self._write(descriptor, data[:20])


def test_a_full_disk_is_no_reader_that_left(monkeypatch, tmp_path, caplog):
    disk = FullDisk(monkeypatch)
    gone = []
    with (tmp_path / "events").open("wb") as file:
        writer = NdjsonWriter(file.fileno(), on_closed=lambda: gone.append(1))
        writer.receive(title("secret words"))
        writer.receive(title("more"))
        assert disk.refused.wait(PATIENCE)
        disk.full = False
        assert writer.close(PATIENCE) == 0
    records = [json.loads(line) for line in (tmp_path / "events").read_text().splitlines()]
    assert [record["title"] for record in records] == ["secret words", "more"]
    assert gone == []
    assert caplog.text.count("No space left on device") == 1
    assert "secret" not in caplog.text


def test_what_a_full_disk_never_took_is_counted(monkeypatch, tmp_path):
    FullDisk(monkeypatch)
    with (tmp_path / "events").open("wb") as file:
        writer = NdjsonWriter(file.fileno(), on_closed=lambda: None)
        for _ in range(4):
            writer.receive(title("x"))
        assert writer.close(0.1) == 4


def test_a_stream_that_does_not_block_is_waited_for(monkeypatch):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    writer = NdjsonWriter(writing, on_closed=lambda: None)
    for number in range(5):
        writer.receive(title(f"{number}" * 100_000))
    lost = []
    closing = threading.Thread(target=lambda: lost.append(writer.close(PATIENCE)))
    closing.start()
    with os.fdopen(reading, "rb") as stream:
        records = [json.loads(stream.readline()) for _ in range(5)]
    closing.join()
    assert [record["title"][0] for record in records] == list("01234")
    assert lost == [0]
    os.close(writing)
