"""Dead air is judged for each source by its own level and time, and cleared by sound."""

from scribe_tui.audio.dead_air import DeadAirDetector
from scribe_tui.events import DeadAirChanged, Event
from scribe_tui.session.status.session_facts import SourceName
from scribe_tui.session.status.status import SessionStatus


def test_a_source_is_judged_by_its_own_limits() -> None:
    events: list[Event] = []
    status = SessionStatus(SourceName("radio", "radio", "http://radio.example"), events.append)
    status.opened(
        audio_format="pcm_16000",
        commit="vad",
        language=None,
        dead_air=DeadAirDetector(-30.0, 2.0),
    )
    status.source_started()
    for level in (-40.0, -40.0, -40.0, -20.0):
        status.sound(1.0, level)
        if level == -40.0 and status.snapshot().dead_air:
            assert [event.dead for event in events if isinstance(event, DeadAirChanged)] == [True]
    assert [event.dead for event in events if isinstance(event, DeadAirChanged)] == [True, False]
    assert not status.snapshot().dead_air
