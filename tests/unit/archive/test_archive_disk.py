"""Kept sound and the disk: full, refusing, growing old; and what a kill leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scribe_tui.archive import writer as writer_module
from scribe_tui.archive.kept_file import KeptFile, sound_path
from scribe_tui.archive.recorder import Recorder
from scribe_tui.archive.retention import delete_old_sound
from scribe_tui.archive.writer import ArchiveWriter
from scribe_tui.audio.splitting.splitter import StreamPiece
from scribe_tui.journal import run_files
from scribe_tui.journal.retention.scan import begun_at
from scribe_tui.journal.run_files import note
from tests.support.waiting import wait_until

DAY = 86400.0


class Tenths:
    """A splitter whose bytes are a tenth of a second each, and may all begin a file."""

    suffix = ".mp3"
    header = b"H"
    is_lost = False

    def __init__(self):
        self.fed = 0

    def feed(self, data):
        pieces = [
            StreamPiece(bytes([byte]), (self.fed + number) / 10) for number, byte in enumerate(data)
        ]
        self.fed += len(data)
        return pieces


@pytest.fixture
def folder(tmp_path):
    run = tmp_path / "2026-11-26T10-00-00"
    run.mkdir()
    return run


def recording(folder, writer, file_seconds=3600.0, splitter=None):
    numbers = iter(range(1, 100))
    return Recorder(
        splitter or Tenths(),
        writer,
        lambda suffix: sound_path(folder, "news", next(numbers), suffix),
        DAY,
        file_seconds,
    )


def test_files_end_at_their_time_and_later_ones_have_the_head(folder):
    writer = ArchiveWriter(folder, max_bytes=1e12, free_bytes=0)
    kept = recording(folder, writer, file_seconds=1.0)
    kept.write(b"a" * 15)
    kept.write(b"b" * 10)
    kept.close()
    writer.close()
    found = [path.read_bytes() for path in sorted(folder.glob("news.sound.*"))]
    assert found == [b"a" * 10, b"H" + b"a" * 5 + b"b" * 5, b"H" + b"b" * 5]
    assert kept.file_at(0.95).path.name == "news.sound.0001.mp3"
    assert kept.file_at(1.0).path.name == "news.sound.0002.mp3"
    assert (folder / "news.sound.0001.mp3").stat().st_mode & 0o777 == 0o600


def test_a_full_disk_stops_sound_says_so_and_it_goes_on_at_the_right_place(folder, monkeypatch):
    monkeypatch.setattr(writer_module, "LOOK_SECONDS", 0.01)
    free = [10_000_000]
    writer = ArchiveWriter(folder, max_bytes=1e12, free_bytes=1_000_000, free=lambda _: free[0])
    sound = Tenths()
    kept = recording(folder, writer, splitter=sound)
    kept.write(b"a" * 10)
    wait_until((folder / "news.sound.0001.mp3").exists)
    free[0] = 900_000
    wait_until(lambda: writer.problem is not None)
    assert "only 900.0 kB left" in writer.problem
    kept.write(b"b" * 10)
    wait_until(lambda: (kept.write(b"b"), kept.file_at(0.0).refused)[1])
    free[0] = 10_000_000
    wait_until(lambda: writer.problem is None)
    kept.write(b"c" * 5)
    kept.close()
    writer.close()
    later = (folder / "news.sound.0002.mp3").read_bytes()
    assert later == b"H" + b"c" * 5
    begin = kept.file_at(1e9).starts_at
    assert begin == pytest.approx((sound.fed - 5) / 10)


def test_a_disk_that_refuses_loses_sound_and_nothing_else(folder, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writer_module, "_write_all", refuse)
    writer = ArchiveWriter(folder, max_bytes=1e12, free_bytes=0)
    kept = recording(folder, writer)
    kept.write(b"a" * 10)
    wait_until(lambda: writer.problem is not None)
    assert "No space left" in writer.problem
    kept.write(b"a" * 10)
    kept.close()
    writer.close()


def test_a_disk_that_hangs_is_not_waited_for(folder, monkeypatch):
    monkeypatch.setattr(writer_module, "HELD_BYTES", 100)
    monkeypatch.setattr(writer_module, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(writer_module, "note", lambda *_, **__: signal.pause())
    writer = ArchiveWriter(folder, max_bytes=1e12, free_bytes=0)
    file = KeptFile(folder / "news.sound.0001.mp3", 0.0, DAY)
    while writer.put(file, b"x" * 10):
        pass
    writer.close()


def make(folder: Path, name: str, size: int, age: float, now: float, keep: float = DAY) -> Path:
    path = folder / name
    path.write_bytes(b"x" * size)
    os.utime(path, (now - age, now - age))
    note(path, keep_seconds=keep)
    return path


def test_old_sound_goes_by_its_own_age(folder):
    now = 1.8e9
    (folder / "news.jsonl").write_text('{"type": "session_start", "session": "news"}\n')
    old = make(folder, "news.sound.0001.mp3", 10, 2 * DAY, now)
    longer = make(folder, "news.sound.0002.mp3", 10, 2 * DAY, now, keep=7 * DAY)
    foreign = folder / "news.sound.0003.mp3"
    foreign.write_bytes(b"the user's own")
    changed = make(folder, "news.sound.0004.mp3", 10, 2 * DAY, now)
    os.utime(changed, (now - 3 * DAY, now - 3 * DAY))
    delete_old_sound(folder, 1e9, now, frozenset())
    assert not old.exists()
    assert longer.exists()
    assert foreign.exists()
    assert changed.exists()


def test_beyond_the_total_size_the_oldest_go_first_but_none_that_is_open(folder):
    now = 1.8e9
    (folder / "news.jsonl").write_text('{"type": "session_start", "session": "news"}\n')
    paths = [make(folder, f"news.sound.000{n}.mp3", 100, (9 - n) * 600, now) for n in range(1, 6)]
    delete_old_sound(folder, 250, now, frozenset({paths[0].name}))
    assert [path.exists() for path in paths] == [True, False, False, False, True]


def test_the_oldest_go_first_though_the_clock_was_set_back_meanwhile(folder):
    """Files are as old as the list of their run has them, whatever their own times say."""
    now = 1.8e9
    (folder / "news.jsonl").write_text('{"type": "session_start", "session": "news"}\n')
    ages = (0, -600, 3000, 2400, 1800)  # an hour back, after the second
    paths = [make(folder, f"news.sound.000{n}.mp3", 100, age, now) for n, age in enumerate(ages)]
    delete_old_sound(folder, 250, now, frozenset())
    assert [path.exists() for path in paths] == [False, False, False, True, True]


def test_a_run_from_before_the_clock_was_set_back_goes_before_the_present_one(folder):
    later = folder.with_name("2026-11-26T09-30-00")
    later.mkdir()
    now = begun_at(later) + 1200
    for run in (folder, later):
        (run / "news.jsonl").write_text('{"type": "session_start", "session": "news"}\n')
    ends = (-3600, 600, -1200)  # of the first: some before, some after what is now
    before = [make(folder, f"news.sound.000{n}.mp3", 100, age, now) for n, age in enumerate(ends)]
    present = [make(later, f"news.sound.000{n}.mp3", 100, 1000 - n, now) for n in range(2)]
    delete_old_sound(later, 250, now, frozenset())
    assert [path.exists() for path in before] == [False] * 3
    assert [path.exists() for path in present] == [True, True]


def test_a_strangers_pipe_in_a_shared_log_folder_is_not_waited_for(folder):
    stranger = folder.with_name("2026-11-25T10-00-00")
    stranger.mkdir()
    os.mkfifo(stranger / run_files.LIST)
    kept = make(folder, "news.sound.0001.mp3", 10, 60, 1.8e9)
    delete_old_sound(folder, 1e9, 1.8e9, frozenset())
    assert kept.exists()


KILLED = """
import sys, time
from pathlib import Path
from scribe_tui.archive.writer import ArchiveWriter
from scribe_tui.archive.recorder import Recorder
from scribe_tui.audio.splitting.frames import FrameSplitter
run, sound = Path(sys.argv[1]), Path(sys.argv[2]).read_bytes()
writer = ArchiveWriter(run, max_bytes=1e12, free_bytes=0)
kept = Recorder(FrameSplitter(), writer, lambda suffix: run / ("news.sound.0001" + suffix), 1e6)
for at in range(0, len(sound), 800):
    kept.write(sound[at:at + 800])
path = run / "news.sound.0001.mp3"
while not path.exists() or path.stat().st_size < len(sound) - 1000:
    time.sleep(0.01)
print("written", flush=True)
time.sleep(60)
"""


def test_a_kill_leaves_a_file_that_plays_up_to_the_last_frame(folder, tmp_path, make_mp3):
    sound = tmp_path / "sound.mp3"
    sound.write_bytes(make_mp3)
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), str(sound)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "written\n"
    process.kill()
    process.communicate()
    assert len((folder / "news.sound.0001.mp3").read_bytes()) > len(make_mp3) - 1000
    assert make_mp3.startswith((folder / "news.sound.0001.mp3").read_bytes())
