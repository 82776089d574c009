"""What a system test needs: if missing, the test is skipped with the reason; in CI it fails."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

PATH = os.environ.get("PATH", os.defpath)
"""The search path that pytest was started with."""
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def unavailable(reason: str) -> NoReturn:
    """Skip the running test, or fail it in CI, because a part of the system is missing."""
    if IN_CI:
        pytest.fail(f"CI must provide this: {reason}", pytrace=False)
    pytest.skip(reason)


def need(program: str) -> str:
    """Return the path of the machine's own `program`; skip or fail the test without it."""
    path = shutil.which(program, path=PATH)
    if path is None:
        unavailable(f"{program} is not installed")
    return path


def need_module(name: str) -> None:
    """Skip or fail the running test unless the module called `name` can be imported."""
    try:
        __import__(name)
    except (ImportError, OSError) as error:
        unavailable(f"Python module {name} cannot be imported: {error}")
