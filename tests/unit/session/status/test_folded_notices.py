"""The same notice again and again: a few lines whose counts add up."""

from scribe_tui.events import Event, Noticed, PartialChanged, State
from scribe_tui.session.status.session_facts import SourceName
from scribe_tui.session.status.status import SessionStatus


def started() -> tuple[SessionStatus, list[Event]]:
    events: list[Event] = []
    status = SessionStatus(SourceName("desk", "desk", "microphone"), events.append)
    status.opened(audio_format="pcm_16000", commit="vad", language=None)
    return status, events


def closed(status: SessionStatus) -> None:
    status.closed(state=State.ENDED, heard_seconds=0.0, sent_seconds=0.0, segments=0)


def test_five_hundred_times_is_a_handful_of_lines() -> None:
    status, events = started()
    for _ in range(500):
        status.noticed("an unknown message")
    closed(status)
    counts = [event.count for event in events if isinstance(event, Noticed)]
    assert counts[0] == 1
    assert sum(counts) == 500
    assert len(counts) <= 4


def test_names_that_differ_each_time_are_folded_by_their_kind() -> None:
    status, events = started()
    for number in range(500):
        status.noticed(f"an unknown message ({number})", fold_as="unknown")
    closed(status)
    counts = [event.count for event in events if isinstance(event, Noticed)]
    assert sum(counts) == 500
    assert len(counts) <= 4


def test_old_grey_text_is_cleared_at_a_restart() -> None:
    status, events = started()
    status.partial_changed("half a sen")
    closed(status)
    status.opened(audio_format="pcm_16000", commit="vad", language=None)
    assert isinstance(events[-1], PartialChanged)
    assert events[-1].text == ""
