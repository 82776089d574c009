"""Sound at the end that got no text is told where the user looks then: at the prompt."""

from __future__ import annotations

import pytest

from scribe_tui.cli.last_words import LastWords
from scribe_tui.events import (
    Event,
    Gap,
    GapRecorded,
    SessionOpened,
    SessionRenamed,
    State,
    StateChanged,
)


def opened(session: str) -> Event:
    return SessionOpened(
        session=session, at=0.0, name=session, source="x", audio_format="pcm_16000", commit="vad"
    )


def draining(session: str) -> Event:
    return StateChanged(session=session, at=1.0, state=State.DRAINING, previous=State.LIVE)


def gap(session: str, seconds: float) -> Event:
    return GapRecorded(
        session=session, at=2.0, gap=Gap(1.0, 1.0 + seconds, 1.0, 1.0 + seconds, "no last text")
    )


def test_only_the_sessions_that_ended_without_text_are_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = LastWords()
    for event in (
        opened("a"), opened("b"), opened("c"),
        gap("a", 60.0),  # in the midst: the pane said so
        SessionRenamed(session="a", at=1.0, name="harbor"),
        draining("a"), gap("a", 4.0), gap("a", 6.4),
        draining("b"),
        draining("c"), gap("c", 3.0), opened("c"),  # started again since
    ):  # fmt: skip
        told.receive(event)
    told.report()
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("scribe-tui: harbor: 10.4 s of sound up to ")
    assert line.endswith(" got no text (no last text); the log names the times.")
