"""A service of second readings, and the command that uses it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from scribe_tui.cli.program import program
from tests.support.batch import KEY, BatchEndpoint

AT = 1_795_000_000.0
SECONDS = 40


def hear(pcm: bytes) -> list[dict[str, Any]]:
    """Return a word for each half second, named by the source position in the sound."""
    words = []
    for at in range(0, len(pcm) - 16000 + 1, 16000):
        value = int.from_bytes(pcm[at + 8000 : at + 8002], "little", signed=True)
        start = at / 32000
        words.append(
            {
                "text": f"w{(value + 4) // 5} ",
                "start": start,
                "end": start + 0.4,
                "type": "word",
                "speaker_id": "speaker_0",
                "logprob": -0.1,
            }
        )
    return words


def reread(run: Path, service: BatchEndpoint, *arguments: str, key: str = KEY) -> Result:
    """Run the command within this process."""
    environment = {"ELEVENLABS_API_KEY": key, "HOME": str(run.parent)}
    argv = ["reread", str(run), "talk", "--endpoint", service.url, *arguments]
    return CliRunner().invoke(program, argv, env=environment)
