"""When the program asks for a commit by itself."""

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import CommitReason
from scribe_tui.session.speech.commit_policy import CommitPolicy
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SpeechSettings

FORMAT = AudioFormat.parse("pcm_8000")


def policy(commit: str) -> CommitPolicy:
    return CommitPolicy(SpeechSettings(commit=commit), FORMAT, Timing())


@pytest.mark.parametrize(
    ("commit", "text", "seconds", "reason"),
    [
        ("vad", "so it goes on", 24.9, None),
        ("vad", "so it goes on", 25.0, CommitReason.LONG_SEGMENT),
        ("vad", "", 300.0, None),
        ("manual", "so it goes on", 300.0, None),
        ("20", "", 19.9, None),
        ("20", "", 20.0, CommitReason.INTERVAL),
    ],
)
def test_a_commit_is_due_by_the_policy(
    commit: str, text: str, seconds: float, reason: CommitReason | None
) -> None:
    rules = policy(commit)
    rules.partial(text)
    rules.sent(FORMAT.samples(seconds))
    assert rules.due() is reason


def test_the_count_begins_with_the_first_word() -> None:
    rules = policy("vad")
    rules.sent(FORMAT.samples(60))
    rules.partial("after a minute of music")
    assert rules.due() is None


def test_a_commit_starts_the_count_again() -> None:
    rules = policy("vad")
    rules.partial("words")
    rules.sent(FORMAT.samples(30))
    rules.closed()
    assert rules.due() is None


def test_the_answer_does_not_hold_up_the_rhythm() -> None:
    rules = policy("3")
    rules.sent(FORMAT.samples(3))
    rules.asked()
    rules.sent(FORMAT.samples(0.4))
    rules.closed()
    rules.sent(FORMAT.samples(2.6))
    assert rules.due() is CommitReason.INTERVAL
