"""The decoder for tests that start it hundreds of times: outside CI, the quickest to start.

The wheel's decoder needs a fifth of the CPU time of a distribution's to start, because it has no
libraries to look up. Tests of single parts use it, except in CI, where they use the machine's
decoder. Tests of the whole program always use the machine's, and a separate CI run uses only the
wheel's.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.requirements import IN_CI, PATH


def path_with_quick_decoder(config: pytest.Config) -> str:
    """Return `PATH`; outside CI, with the wheel's decoder first if it is installed."""
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
    """Make `link` point to `target`, safely with other workers doing the same."""
    if link.is_symlink() and link.readlink() == Path(target):
        return
    made = link.with_name(f"{link.name}.{os.getpid()}")
    made.symlink_to(target)
    made.replace(link)
