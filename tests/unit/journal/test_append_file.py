"""Lines go to a file and nowhere else, whatever takes the file's name meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.journal.append_file import AppendFile


def victim(path: Path) -> None:
    """A link to a file of somebody else."""
    (path.parent / "victim").write_bytes(b"theirs\n")
    path.symlink_to(path.parent / "victim")


@pytest.mark.parametrize("put", [os.mkfifo, os.mkdir, victim])
def test_what_is_no_file_gets_no_line_and_no_line_is_lost(
    tmp_path: Path, put: Callable[[Path], None]
) -> None:
    path, moved = tmp_path / "a.jsonl", tmp_path / "moved.jsonl"
    file = AppendFile(path)
    file.add(b"1\n")
    file.write()
    path.rename(moved)
    put(path)
    file.add(b"2\n")
    for _ in range(3):
        with pytest.raises(OSError, match=r"a\.jsonl"):
            file.write()
    assert file.held_lines == 1
    path.rmdir() if path.is_dir() else path.unlink()
    file.write()
    assert (moved.read_bytes(), path.read_bytes()) == (b"1\n", b"2\n")
    assert [each.read_bytes() for each in tmp_path.glob("victim")] in ([], [b"theirs\n"])
    file.close()
    for job in file.sync_jobs():
        job.file.let_go()
