"""Radio, a file and a microphone in the real program, recognised, shown and saved.

The long run is `python -m tests.soak desk`; it also judges pace and cost, which a machine
that is busy with other tests cannot keep.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.requirements import long_proof, need, need_module
from tests.soak.desk import work

SECONDS = 20
MOST_WRONG = 0.25


@pytest.mark.system
@pytest.mark.early(SECONDS + 12)
@pytest.mark.timeout(SECONDS + 180)
def test_words_of_every_kind_of_source_are_shown_and_saved(tmp_path: Path) -> None:
    long_proof()
    for program in ("icecast2", "ffmpeg", "pulseaudio", "paplay"):
        need(program)
    for module in ("sounddevice", "pocketsphinx"):
        need_module(module)
    outcomes, _ = work(tmp_path, SECONDS)
    for outcome in outcomes:
        assert outcome.comparison.spoken > SECONDS / 2, outcome
        assert outcome.comparison.wrong <= MOST_WRONG * outcome.comparison.spoken, outcome
        assert outcome.unseen == 0, outcome
