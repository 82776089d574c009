"""The journal on real disks and under real signals."""

import json
import os
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.proofs.soak.kills import kills
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm, words_in
from tests.support.requirements import need, unavailable

ROOT = Path(__file__).parents[2]
SECONDS = 60


def test_kill_9_at_random_moments_costs_at_most_the_line_being_written(tmp_path):
    """Ten of the hundred that `python -m tests.proofs.soak kills` does."""
    done = list(kills(tmp_path, 10, seed=20261123, longest_seconds=1.4))
    assert sum(kill.kept for kill in done) > 100
    assert any(kill.parts for kill in done), "kills must strike between parts, too"


@contextmanager
def small_disk(folder):
    """A file system of 1 MB."""
    folder.mkdir()
    command = [need("mount"), "-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        unavailable(f"a tmpfs cannot be mounted (needs root): {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([need("umount"), str(folder)], check=True)


def fill(folder):
    """Use up all room; returns the file that holds it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break
    return filler


def saved(run):
    """All records on disk, in the order of the files."""
    content = b"".join(path.read_bytes() for path in sorted(run.glob("*jsonl")))
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


class Recording:
    """The real `record` on one file of numbered sound; its records as they come."""

    def __init__(self, service, sound, disk):
        arguments = ("--speed", "16", "--commit", "1", "--log-rotate-mb", "0.01", sound)
        endpoint = ("--endpoint", service.endpoint().url, "--transport", "websocket")
        self.process = subprocess.Popen(
            [*(sys.executable, "-m", "scribe_tui", "record"), *endpoint, *arguments],
            env={
                **os.environ,
                "ELEVENLABS_API_KEY": KEY,
                "SCRIBE_LOG_DIR": str(disk),
                "XDG_STATE_HOME": str(sound.parent / "state"),
            },
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.records = []

    def until(self, condition):
        """Read records until one for which `condition` holds; returns it."""
        for line in self.process.stdout:
            record = json.loads(line)
            if record["type"] != "partial":
                self.records.append(record)
            if condition(record):
                return record
        raise AssertionError("it ended before that came")


def journal_is(kind):
    return lambda record: record["type"] == kind and record.get("half") == "journal"


@pytest.mark.system
def test_a_log_folder_that_fills_up_and_is_freed_loses_nothing(tmp_path):
    sound = tmp_path / "talk.pcm"
    sound.write_bytes(b"".join(numbered_pcm(SECONDS)))
    with small_disk(tmp_path / "disk") as disk, InBackground(StrictEndpoint()) as service:
        recording = Recording(service, sound, disk)
        with recording.process as process:
            recording.until(lambda record: record["type"] == "segment")
            filler = fill(disk)
            error = recording.until(journal_is("error"))
            (run,) = (path for path in disk.iterdir() if path.is_dir())
            first_held = recording.records[sum("part" not in record for record in saved(run))]
            assert "No space left" in error["message"]
            assert seconds_of(error) - seconds_of(first_held) < 2.0
            segments = len(saved(run))
            while len(recording.records) < segments + 20:
                recording.until(lambda record: record["type"] == "segment")
            assert all(path.stat().st_size for path in run.glob("*.0*")), "no empty parts"
            filler.unlink()
            recording.until(journal_is("error_cleared"))
            recording.until(lambda record: record["type"] == "session_end")
            assert process.wait(60) == 0
        on_disk = saved(run)
        assert len(list(run.glob("talk.0*.jsonl"))) >= 2
        assert [item for item in on_disk if item["type"] != "continued"] == recording.records
        words = [item["text"] for item in on_disk if item["type"] == "segment"]
        assert " ".join(words).split() == words_in(SECONDS)


def seconds_of(record):
    return time.mktime(time.strptime(record["at"][:19], "%Y-%m-%dT%H:%M:%S")) + float(
        record["at"][19:23]
    )
