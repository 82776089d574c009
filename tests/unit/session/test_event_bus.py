"""All sinks see all events in one order, whoever publishes while they are handed out."""

from collections.abc import Callable, Iterable

from scribe_tui.events import Event, Noticed
from scribe_tui.session.event_bus import EventBus


def event(text: str) -> Noticed:
    return Noticed(session="a", at=0.0, text=text)


class Kept:
    """A sink that keeps what it was given, and may answer."""

    def __init__(self, answer: Callable[[Event], None] = lambda _: None) -> None:
        self.texts: list[str] = []
        self._answer = answer

    def receive(self, event: Event) -> None:
        assert isinstance(event, Noticed)
        self.texts.append(event.text)
        self._answer(event)


class Echo:
    """A stage that derives `x!` and `x?` from `x`."""

    def derive(self, event: Event) -> Iterable[Event]:
        assert isinstance(event, Noticed)
        return [Noticed(session="a", at=0.0, text=event.text + sign) for sign in "!?"]


class Broken:
    """Fails as a sink and as a stage."""

    def receive(self, event: Event) -> None:
        raise ZeroDivisionError

    def derive(self, event: Event) -> Iterable[Event]:
        raise ZeroDivisionError


def bus_of(*sinks: object) -> tuple[EventBus, list[str]]:
    failures: list[str] = []
    bus = EventBus(failures.append)
    for sink in sinks:
        bus.add_sink(sink)  # type: ignore[arg-type]
    return bus, failures


def test_what_a_sink_publishes_comes_after_what_it_was_given_for_all_sinks() -> None:
    def answer(told: Event) -> None:
        if told == event("first"):
            bus.publish(event("answer"))

    before, answering, after = Kept(), Kept(answer), Kept()
    bus, _ = bus_of(before, answering, after)
    bus.publish(event("first"))
    bus.publish(event("second"))
    assert before.texts == answering.texts == after.texts == ["first", "answer", "second"]


def test_derived_events_follow_their_event_and_derive_nothing() -> None:
    def answer(told: Event) -> None:
        if told == event("x"):
            bus.publish(event("y"))

    sink = Kept(answer)
    bus, _ = bus_of(sink)
    bus.add_stage(Echo())
    bus.publish(event("x"))
    assert sink.texts == ["x", "x!", "x?", "y", "y!", "y?"]


def test_a_part_that_fails_is_taken_out_and_named_once_and_the_others_go_on() -> None:
    sink = Kept()
    bus, failures = bus_of(Broken(), sink)
    bus.add_stage(Broken())
    bus.add_stage(Echo())
    bus.publish(event("x"))
    bus.publish(event("y"))
    assert failures == ["Broken", "Broken"]
    assert sink.texts == ["x", "x!", "x?", "y", "y!", "y?"]


def test_a_sink_that_was_removed_gets_nothing_more() -> None:
    sink = Kept()
    bus, _ = bus_of(sink)
    bus.publish(event("x"))
    bus.remove_sink(sink)
    bus.remove_sink(sink)
    bus.publish(event("y"))
    assert sink.texts == ["x"]
