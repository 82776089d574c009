"""`record --archive`, killed at once: what it kept plays, and clips are cut from it."""

import json
import os
import subprocess
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner

from scribe_tui.cli.program import program
from tests.proofs.bench.mp3 import BYTES_PER_SECOND, make_mp3
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.program import start
from tests.support.requirements import need
from tests.support.side import Side

ROOT = Path(__file__).parents[3]


@pytest.mark.early(12)
def test_a_killed_recording_leaves_sound_that_the_journal_leads_to(tmp_path):
    need("ffmpeg")
    sound = make_mp3(tmp_path)
    environment = {**os.environ, "ELEVENLABS_API_KEY": KEY, "PYTHONPATH": str(ROOT)}
    with (
        InBackground(StrictEndpoint()) as service,
        Side("tests.support.radio", str(sound), str(BYTES_PER_SECOND)) as radio,
    ):
        argv = ["record", "--archive", "7d"]
        argv += ["--archive-free-mb", "0", "--log-dir", str(tmp_path / "logs")]
        argv += ["--endpoint", service.endpoint().url]
        argv += [f"news=http://127.0.0.1:{radio.port}/1"]
        process = start(argv, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        kept = None
        for line in process.stdout:
            record = json.loads(line)
            if record["type"] == "sound":
                kept = record
                break
        assert kept is not None
        (run,) = (tmp_path / "logs").iterdir()
        file = run / kept["file"]
        while process.poll() is None:
            if file.exists() and file.stat().st_size >= 5 * BYTES_PER_SECOND:
                break
            process.stdout.readline()
        process.kill()
        process.communicate()
    assert file.suffix == ".mp3"
    whole = sound.read_bytes()
    assert file.read_bytes()[:4000] in whole + whole
    done = CliRunner().invoke(
        program,
        ["clip", str(run), "news", "--from", "+1", "--to", "+4", "--output", str(tmp_path / "out")],
    )
    assert done.exit_code == 0, (done.output, done.exception)
    (clip,) = (tmp_path / "out").glob("*.wav")
    with wave.open(str(clip)) as cut:
        assert cut.getnframes() / cut.getframerate() == pytest.approx(3.0, abs=0.01)
