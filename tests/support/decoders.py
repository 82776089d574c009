"""The decoder that tests start hundreds of times: where a person waits, the quickest to start.

The wheel's decoder needs a fifth of the processor time that a distribution's takes to begin, for
it has no libraries to look up. The tests of single parts use it, unless in CI: there they use
the machine's, as the tests of the whole program do everywhere, and a run of its own uses the
wheel's alone.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.requirements import IN_CI, PATH


def path_with_quick_decoder(config: pytest.Config) -> str:
    """`PATH`; a person who has the wheel's decoder finds that one first by it."""
    cache = getattr(config, "cache", None)
    if IN_CI or cache is None or shutil.which("ffmpeg", path=PATH) is None:
        return PATH
    try:
        import imageio_ffmpeg

        wheel = imageio_ffmpeg.get_ffmpeg_exe()
    except (ImportError, RuntimeError):
        return PATH
    folder = cache.mkdir("quick-decoder")
    _link(folder / "ffmpeg", wheel)
    return f"{folder}{os.pathsep}{PATH}"


def _link(link: Path, target: str) -> None:
    """Let `link` lead to `target`; other workers do the same at once."""
    if link.is_symlink() and link.readlink() == Path(target):
        return
    made = link.with_name(f"{link.name}.{os.getpid()}")
    made.symlink_to(target)
    made.replace(link)
