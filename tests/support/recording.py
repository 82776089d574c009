"""Runs the real `record` until it has reported enough, not for a time."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from typing import Any

Records = list[dict[str, Any]]


def record_until(
    process: subprocess.Popen[str], enough: Callable[[Records], bool]
) -> tuple[str, str]:
    """Return all output and errors; SIGTERM is sent once `enough` holds for the records.

    What it writes to stderr must fit into a pipe.
    """
    assert process.stdout
    assert process.stderr
    lines: list[str] = []
    asked = False
    for line in process.stdout:
        lines.append(line)
        if not asked and enough([json.loads(line) for line in lines]):
            asked = True
            process.send_signal(signal.SIGTERM)
    errors = process.stderr.read()
    process.wait()
    return "".join(lines), errors
