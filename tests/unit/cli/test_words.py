"""`words test`: real voices, the real recogniser, and the tier of what was heard."""

from __future__ import annotations

import shutil

import pytest

from scribe_tui.cli.words import VOICES, run_words_test
from scribe_tui.errors import UsageError
from tests.support.requirements import need, need_module


@pytest.mark.long
def test_each_voice_has_a_line_with_what_was_heard(capsys: pytest.CaptureFixture[str]) -> None:
    need("espeak-ng")
    need_module("moonshine_voice")
    code = run_words_test("Southwark")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(VOICES)
    assert all("this morning" in line for line in lines)
    tiers = [line.split()[1] for line in lines]
    assert code == (0 if set(tiers) <= {"exact", "close"} else 1)
    assert "exact" in tiers


def test_without_voices_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    need_module("moonshine_voice")
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UsageError, match="espeak-ng is not installed") as raised:
        run_words_test("Southwark")
    assert "apt install" in raised.value.sentence
