"""What a system test needs: skipped with the reason on a user's machine, failing in CI."""

from __future__ import annotations

import os
import shutil
from typing import NoReturn

import pytest

PATH = os.environ.get("PATH", os.defpath)
"""The search path that pytest was started with."""
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


def unavailable(reason: str) -> NoReturn:
    """End the running test because a part of the system is missing."""
    if IN_CI:
        pytest.fail(f"CI must provide this: {reason}", pytrace=False)
    pytest.skip(reason)


def need(program: str) -> str:
    """The path of the machine's own `program`, or the end of the running test."""
    path = shutil.which(program, path=PATH)
    if path is None:
        unavailable(f"{program} is not installed")
    return path


def need_module(name: str) -> None:
    """End the running test unless the module called `name` can be imported."""
    try:
        __import__(name)
    except (ImportError, OSError) as error:
        unavailable(f"Python module {name} cannot be imported: {error}")
