"""The real `record` in a test's hands: ended once it told enough, not after a time."""

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
    """All its output and errors; it is asked to end (SIGTERM) once `enough` holds for its records.

    What it tells on stderr must fit into a pipe.
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
