"""Dead air is judged for each source by its own level and time, and cleared by sound."""

from scribe_tui.audio.dead_air import DeadAirDetector
from scribe_tui.events import DeadAirChanged, Event, SessionOpened
from scribe_tui.session.status.status import SessionStatus


def test_a_source_is_judged_by_its_own_limits() -> None:
    events: list[Event] = []
    board = SessionStatus("radio", "http://radio.example", events.append)
    opened = SessionOpened(
        name="news", session="radio", at=0.0, source="x", audio_format="pcm_16000", commit="vad"
    )
    board.opened(opened, DeadAirDetector(-30.0, 2.0))
    board.source_started()
    for level in (-40.0, -40.0, -40.0, -20.0):
        board.sound(1.0, level)
        if level == -40.0 and board.snapshot().dead_air:
            assert [event.dead for event in events if isinstance(event, DeadAirChanged)] == [True]
    assert [event.dead for event in events if isinstance(event, DeadAirChanged)] == [True, False]
    assert not board.snapshot().dead_air
