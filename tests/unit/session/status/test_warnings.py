"""What the service warns of stands on the screen while it says so, and is noted a few times."""

from dataclasses import replace

from scribe_tui.clock import Clock
from scribe_tui.events import Event, Noticed, State
from scribe_tui.session.status.session_facts import SourceName
from scribe_tui.session.status.standing_warning import WARNING_STANDS_SECONDS
from scribe_tui.session.status.status import SessionStatus


class Desk:
    """A status, its clock, and what it reported."""

    def __init__(self) -> None:
        self.now = 100.0
        self.events: list[Event] = []
        clock = replace(Clock(), elapsed=lambda: self.now)
        self.status = SessionStatus(
            SourceName("desk", "desk", "microphone"), self.events.append, clock
        )
        self.status.opened(audio_format="pcm_16000", commit="vad", language=None)
        self.status.state_changed(State.IDLE, State.LIVE, "")

    @property
    def warning(self) -> str:
        return self.status.snapshot().warning


def test_a_warning_without_a_word_is_a_whole_sentence() -> None:
    desk = Desk()
    desk.status.warned("")
    assert desk.warning == "The service warns: it does not say of what"
    (notice,) = [event for event in desk.events if isinstance(event, Noticed)]
    assert notice.text == "the service warns: it does not say of what"


def test_a_warning_stands_while_it_is_repeated_and_passes_by_itself() -> None:
    desk = Desk()
    assert desk.warning == ""
    for possible in (7, 2, 3):
        desk.status.warned(f"only about {possible} sources")
        desk.now += WARNING_STANDS_SECONDS - 1
        assert desk.warning == f"The service warns: only about {possible} sources"
    desk.now += 1
    assert desk.warning == ""


def test_nothing_is_warned_of_in_a_session_that_is_over() -> None:
    desk = Desk()
    desk.status.warned("too many sources")
    desk.status.state_changed(State.LIVE, State.ENDED, "")
    assert desk.warning == ""


def test_a_warning_whose_figures_differ_is_noted_a_few_times_with_a_count() -> None:
    desk = Desk()
    for number in range(300):
        desk.status.warned(f"only about {number} sources")
    desk.status.closed(state=State.ENDED, heard_seconds=0.0, sent_seconds=0.0, segments=0)
    counts = [event.count for event in desk.events if isinstance(event, Noticed)]
    assert sum(counts) == 300
    assert len(counts) <= 4
