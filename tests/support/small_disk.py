"""A disk that is soon full."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.requirements import need, unavailable


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Mount a file system of 1 MB."""
    folder.mkdir()
    command = [need("mount"), "-t", "tmpfs", "-o", "size=1m,mode=700", "none", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        unavailable(f"a tmpfs cannot be mounted (needs root): {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run([need("umount"), str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Use up all space; return the file that takes it."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            while True:
                try:
                    file.write(b"x" * size)
                except OSError:
                    break
    return filler
