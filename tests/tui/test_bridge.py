"""Only a waiting partial gives way, and only to a newer partial."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.events import CommittedSegment, Event, PartialChanged, SegmentCommitted
from scribe_tui.tui.bridge import MAX_WAITING, Bridge


class Mailbox:
    """A pane that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def receive(self, events: Sequence[Event]) -> None:
        self.heard += [text_of(event) for event in events]


def text_of(event: Event) -> str:
    return event.segment.text if isinstance(event, SegmentCommitted) else getattr(event, "text", "")


def partial(text: str, session: str = "a") -> Event:
    return PartialChanged(session=session, at=0, text=text)


def committed(text: str, session: str = "a") -> Event:
    return SegmentCommitted(session=session, at=0, segment=CommittedSegment(1, text, 0, 0, 1))


def test_partials_give_way_and_commits_never_do() -> None:
    bridge, box, other = Bridge(), Mailbox(), Mailbox()
    bridge.attach("a", box)
    bridge.attach("b", other)
    for event in (
        partial("1"), partial("12"), partial("b1", "b"), partial("123"), committed("A"),
        committed("B"), partial("4"), committed("A"), partial("5"), partial("56"),
    ):  # fmt: skip
        bridge.receive(event)
    bridge.deliver()
    assert box.heard == ["123", "A", "B", "4", "A", "56"]
    assert other.heard == ["b1"]


def test_a_partial_that_was_read_is_not_written_to_any_more() -> None:
    bridge, box = Bridge(), Mailbox()
    bridge.attach("a", box)
    bridge.receive(partial("1"))
    bridge.deliver()
    bridge.receive(partial("12"))
    bridge.deliver()
    bridge.deliver()
    assert box.heard == ["1", "12"]


def test_the_screen_is_woken_for_each_event_and_nothing_is_handed_over_meanwhile() -> None:
    bridge, box, woken = Bridge(), Mailbox(), []
    bridge.attach("a", box)
    bridge.wake = lambda: woken.append(list(box.heard))
    bridge.receive(committed("A"))
    bridge.receive(committed("B"))
    assert woken == [[], []]
    bridge.deliver()
    assert box.heard == ["A", "B"]


def test_what_is_said_before_there_is_a_pane_waits_for_it_within_bounds() -> None:
    bridge, box = Bridge(), Mailbox()
    bridge.receive(committed("early"))
    bridge.deliver()
    bridge.attach("a", box)
    bridge.deliver()
    assert box.heard == ["early"]
    for number in range(MAX_WAITING + 5):
        bridge.receive(committed(str(number), "nobody"))
    late = Mailbox()
    bridge.attach("nobody", late)
    bridge.deliver()
    assert len(late.heard) == MAX_WAITING
    assert late.heard[-1] == str(MAX_WAITING + 4)


def test_a_pane_that_fails_takes_nothing_from_the_others() -> None:
    class Broken:
        def receive(self, events: Sequence[Event]) -> None:
            raise ZeroDivisionError

    bridge, box = Bridge(), Mailbox()
    bridge.attach("broken", Broken())
    bridge.attach("a", box)
    for session in ("broken", "a"):
        bridge.receive(committed("text", session))
    assert list(bridge.deliver()) == ["broken"]
    assert box.heard == ["text"]


def test_a_screen_that_is_gone_keeps_nothing() -> None:
    bridge, box = Bridge(), Mailbox()
    bridge.attach("a", box)
    bridge.close()
    bridge.receive(committed("late"))
    bridge.deliver()
    assert box.heard == []


def test_slow_partials_wait_for_their_turn_and_commits_for_nobody() -> None:
    bridge, pane, woken = Bridge(), Mailbox(), []
    bridge.attach("a", pane)
    bridge.wake = lambda: woken.append(True)
    bridge.slow_partials = True
    bridge.receive(partial("a"))
    bridge.deliver()
    assert (pane.heard, woken) == ([], []), "nothing to paint"
    bridge.receive(partial("a b"))
    bridge.release_partials()
    bridge.deliver()
    assert pane.heard == ["a b"]
    bridge.receive(partial("a b c"))
    bridge.receive(committed("a b c."))
    bridge.deliver()
    assert pane.heard == ["a b", "a b c", "a b c."]
