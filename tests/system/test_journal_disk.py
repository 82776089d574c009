"""The journal on real disks and under real signals."""

import json
import os
import subprocess
import threading
import time
from pathlib import Path

import pytest

from tests.proofs.soak.kills import kills
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm, words_in
from tests.support.program import run, start
from tests.support.small_disk import fill, small_disk

ROOT = Path(__file__).parents[2]
SECONDS = 60


@pytest.mark.long
def test_kill_9_at_random_moments_costs_at_most_the_line_being_written(tmp_path):
    """Ten of the hundred that `python -m tests.proofs.soak kills` does."""
    done = list(kills(tmp_path, 10, seed=20261123, longest_seconds=1.4))
    assert sum(kill.kept for kill in done) > 100
    assert any(kill.parts for kill in done), "kills must strike between parts, too"


def saved(run):
    """All records on disk, in the order of the files."""
    content = b"".join(path.read_bytes() for path in sorted(run.glob("*jsonl")))
    return [json.loads(line) for line in content.split(b"\n")[:-1]]


class Recording:
    """The real `record` on one file of numbered sound; its records as they come."""

    def __init__(self, service, sound, disk):
        arguments = ("--speed", "16", "--commit", "1", "--log-rotate-mb", "0.01", sound)
        endpoint = ("--endpoint", service.endpoint().url, "--transport", "websocket")
        self.process = start(
            ["record", *endpoint, *arguments],
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


def record(service, sound, folder, **streams):
    """Run `record` over the sound to its end; exit code, what stderr said, the diagnostics."""
    process = run(
        [
            *("record", "--speed", "16", "--commit", "1"),
            *("--endpoint", service.endpoint().url, "--transport", "websocket", str(sound)),
        ],
        env={
            **os.environ,
            "ELEVENLABS_API_KEY": KEY,
            "SCRIBE_LOG_DIR": str(folder / "logs"),
            "XDG_STATE_HOME": str(folder / "state"),
            "PYTHONPATH": str(ROOT),
        },
        cwd=folder,
        stderr=subprocess.PIPE,
        text=True,
        timeout=120,
        **streams,
    )
    logs = (folder / "state" / "scribe-tui" / "diagnostics").glob("*")
    return process.returncode, process.stderr, "".join(path.read_text() for path in logs)


@pytest.fixture
def talk(tmp_path):
    """Ten seconds of numbered sound."""
    sound = tmp_path / "talk.pcm"
    sound.write_bytes(b"".join(numbered_pcm(10)))
    return sound


def words_on_disk(folder):
    (run,) = (folder / "logs").iterdir()
    texts = [item["text"] for item in saved(run) if item["type"] == "segment"]
    return " ".join(texts).split()


def test_a_full_disk_under_standard_output_ends_no_recording(tmp_path, talk):
    with InBackground(StrictEndpoint()) as service, Path("/dev/full").open("wb") as full:
        code, told, diagnostics = record(service, talk, tmp_path, stdout=full)
    assert words_on_disk(tmp_path) == words_in(10)
    assert code == 1
    assert "No space left on device" in told
    assert "could not be written to standard output" in told
    assert "w1 " not in told + diagnostics
    assert "Traceback" not in told


@pytest.mark.some(1)
@pytest.mark.parametrize("closed", [(0, 1, 2), (1,)])
def test_closed_standard_descriptors_lead_nowhere(tmp_path, talk, closed):
    def close():
        for descriptor in closed:
            os.close(descriptor)

    with InBackground(StrictEndpoint()) as service:
        code, told, diagnostics = record(service, talk, tmp_path, preexec_fn=close)
    assert code == 0, told
    assert words_on_disk(tmp_path) == words_in(10)
    assert "segment" not in diagnostics, "what was meant for the pipe landed in another file"


@pytest.mark.long
def test_a_reader_behind_a_stream_that_does_not_block_gets_every_event(tmp_path, talk):
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    read = []
    with InBackground(StrictEndpoint()) as service, os.fdopen(reading, "rb") as stream:
        reader = threading.Thread(target=lambda: read.extend(stream))
        reader.start()
        code, told, _ = record(service, talk, tmp_path, stdout=writing)
        os.close(writing)
        reader.join()
    assert (code, told) == (0, "")
    texts = [item["text"] for item in map(json.loads, read) if item["type"] == "segment"]
    assert " ".join(texts).split() == words_in(10)
