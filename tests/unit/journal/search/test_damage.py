"""Whatever becomes of the index, its file and its disk: the answer is the journals' own."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from scribe_tui.journal.search import INDEX_NAME, block_sums
from scribe_tui.journal.search.block_sums import SUFFIX
from scribe_tui.journal.search.follower import IndexFollower
from scribe_tui.journal.search.index import Asked, search
from tests.support.journals import opened, said, write
from tests.support.requirements import need
from tests.support.small_disk import fill, small_disk
from tests.support.waiting import wait_until

RUN = "2026-11-24T12-00-00"
WORDS = ("bridge", "closed", "road", "river", "night", "desk", "council", "東京駅")


def fill_run(log_dir, lines=400):
    """A run whose lines say a few words in all mixtures."""
    chance = random.Random(1)
    texts = [" ".join(chance.choices(WORDS, k=8)) for _ in range(lines)]
    said_ = [said(number, text) for number, text in enumerate(texts, 1)]
    write(log_dir / RUN, [opened(), *said_])


def find(log_dir, text="bridge NOT desk"):
    """Texts of what is found, and what was said about the index."""
    told: list[str] = []
    answer = search(log_dir, Asked(text, limit=5000), told.append)
    return [found.line.text for found in answer.found], told


def test_no_flipped_bit_changes_an_answer(tmp_path):
    fill_run(tmp_path)
    right, _ = find(tmp_path)
    path, sums = tmp_path / INDEX_NAME, tmp_path / (INDEX_NAME + SUFFIX)
    good, good_sums = path.read_bytes(), sums.read_bytes()
    chance = random.Random(2)
    for _ in range(40):
        bad = bytearray(good)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        sums.write_bytes(good_sums)
        found, told = find(tmp_path)
        assert found == right
        assert "built anew" in told[0]
    assert find(tmp_path) == (right, [])


def test_a_disk_that_changes_bits_by_itself_is_noticed_in_a_large_index_within_a_day(
    tmp_path, monkeypatch
):
    fill_run(tmp_path)
    right, _ = find(tmp_path)
    monkeypatch.setattr(block_sums, "CHECKED_BYTES", 1000)  # such an index counts as a large one
    assert find(tmp_path) == (right, [])
    path = tmp_path / INDEX_NAME
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    content = bytearray(path.read_bytes())
    content[len(content) * 2 // 3] ^= 4
    path.write_bytes(content)
    os.utime(path, ns=times)
    later = time.time() + block_sums.CHECKED_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    found, told = find(tmp_path)
    assert found == right
    assert "built anew" in told[0]


def test_what_is_read_later_does_not_hide_damage(tmp_path):
    """The recorder adds to a damaged index: the block it writes to is not taken for whole."""
    fill_run(tmp_path)
    find(tmp_path)
    path = tmp_path / INDEX_NAME
    content = bytearray(path.read_bytes())
    content[len(content) * 2 // 3] ^= 4
    path.write_bytes(content)
    before = path.stat().st_mtime_ns
    follower = IndexFollower(tmp_path / RUN, look_seconds=0.01)
    write(tmp_path / RUN, [said(1000, "the bridge is fresh")])
    wait_until(lambda: path.stat().st_mtime_ns != before)
    follower.close()
    found, told = find(tmp_path)
    assert found[0] == "the bridge is fresh"
    assert "built anew" in told[0]


@pytest.mark.parametrize("harm", [Path.unlink, lambda path: path.write_bytes(b"")])
def test_an_index_without_sums_is_not_trusted(tmp_path, harm):
    fill_run(tmp_path)
    right, _ = find(tmp_path)
    harm(tmp_path / (INDEX_NAME + SUFFIX))
    found, told = find(tmp_path)
    assert found == right
    assert "built anew" in told[0]
    assert find(tmp_path) == (right, [])


def test_a_search_that_is_killed_leaves_no_false_alarm(tmp_path):
    """Its log was not carried over: the next search goes on where it stopped."""
    fill_run(tmp_path, 20)
    find(tmp_path)
    fill_run(tmp_path, 4000)
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from scribe_tui.journal.search.block_sums import BlockSums\n"
        "from scribe_tui.journal.search.index import Asked, search\n"
        "BlockSums.{} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "search(Path(sys.argv[1]), Asked('bridge'), print)\n"
    )
    for moment in ("close", "_renew"):  # before the log is carried over, and amid it
        write(tmp_path / RUN, [said(9000, f"bridge {moment}")])
        child = [sys.executable, "-c", program.format(moment), str(tmp_path)]
        assert subprocess.run(child, check=False).returncode == -signal.SIGKILL
        found, told = find(tmp_path)
        assert told == []
        assert any(moment in text for text in found)


def test_searches_that_begin_at_once_make_one_index(tmp_path):
    """And wait for each other, even at the moment in which there is none yet."""
    fill_run(tmp_path, 3000)
    program = (
        "import sys; from pathlib import Path\n"
        "from scribe_tui.journal.search.index import Asked, search\n"
        "print(len(search(Path(sys.argv[1]), Asked('bridge', limit=9999), print).found))\n"
    )
    with ExitStack() as ends:
        child = [sys.executable, "-c", program, str(tmp_path)]
        started = [
            ends.enter_context(subprocess.Popen(child, stdout=subprocess.PIPE, text=True))
            for _ in range(3)
        ]
        told = {process.communicate()[0] for process in started}
    assert told == {f"{len(find(tmp_path, 'bridge')[0])}\n"}


def test_a_full_disk_is_said_and_the_journals_are_read(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        fill_run(disk, 200)
        filler = fill(disk)
        found, told = find(disk)
        assert len(found) > 20
        assert len(told) == 1
        assert "all journals were read instead" in told[0]
        filler.unlink()
        assert find(disk) == (found, [])


def test_a_read_only_disk_is_said_and_the_journals_are_read(tmp_path):
    with small_disk(tmp_path / "disk") as disk:
        fill_run(disk, 100)
        subprocess.run([need("mount"), "-o", "remount,ro", str(disk)], check=True)
        found, told = find(disk)
        assert found
        assert "all journals were read instead" in told[0]


def as_nobody(folder):
    """Search `logs` in a folder as a user with few rights: what is said and found.

    A search comes first, as the interpreter's own modules may be closed to that user.
    """
    fill_run(folder / "warm", 2)
    program = (
        "import os, sys; from pathlib import Path\n"
        "from scribe_tui.errors import UsageError\n"
        "from scribe_tui.journal.search.index import Asked, search\n"
        "search(Path('warm'), Asked('anything'), print)\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "try: print(len(search(Path('logs'), Asked('bridge'), print).found))\n"
        "except UsageError as error: print(error.sentence)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")
def test_a_folder_without_permission_is_said_and_the_journals_are_read(tmp_path):
    fill_run(tmp_path / "logs", 100)
    for path in (tmp_path, tmp_path / "logs", *(tmp_path / "logs").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    said_, count = as_nobody(tmp_path)
    assert "all journals were read instead" in said_
    assert int(count) > 50


@pytest.mark.some(1)
@pytest.mark.skipif(os.geteuid() != 0, reason="another user is needed")
@pytest.mark.parametrize("unreadable", [f"{RUN}/other.jsonl", "2026-11-25T12-00-00", "."])
def test_what_cannot_be_read_is_said(tmp_path, unreadable):
    logs = tmp_path / "logs"
    write(logs / RUN, [opened("other"), said(1, "no bridge", "other")])
    write(logs / "2026-11-25T12-00-00", [opened("other"), said(1, "no bridge", "other")])
    fill_run(logs, 10)
    for path in (tmp_path, logs, *logs.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o644)
    (logs / unreadable).chmod(0)
    for _ in range(2):
        *told, found = as_nobody(tmp_path)
        assert "cannot be read" in " ".join([*told, found])
        assert (unreadable == ".") or int(found) > 0
