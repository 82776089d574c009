"""A redaction, an edit or entities never come before their segment, and name its number."""

from scribe_tui.events import Event, SegmentEdited, SegmentRedacted
from scribe_tui.scribe.messages import Edited, Redacted
from scribe_tui.session.speech.annotations import REMEMBERED, Annotations
from scribe_tui.session.status.annotation_reports import AnnotationReports


def started() -> tuple[Annotations, list[Event]]:
    events: list[Event] = []
    return Annotations(AnnotationReports("desk", events.append, lambda: 0.0)), events


def numbers(events: list[Event]) -> list[int]:
    return [e.segment_number for e in events if isinstance(e, SegmentRedacted | SegmentEdited)]


def test_one_that_comes_early_waits_for_its_segment() -> None:
    annotations, events = started()
    annotations.receive(Redacted("Call Ann.", "Call [NAME]."))
    annotations.published(1, "Hello.")
    assert events == []
    annotations.published(2, "Call Ann.")
    assert numbers(events) == [2]


def test_one_that_comes_late_finds_its_segment() -> None:
    annotations, events = started()
    annotations.published(1, "call ann")
    annotations.published(2, "and bob")
    annotations.receive(Edited("call ann", "Call Ann."))
    assert numbers(events) == [1]


def test_the_same_sentence_twice_is_paired_in_order() -> None:
    annotations, events = started()
    annotations.published(1, "Yes.")
    annotations.receive(Redacted("Yes.", "[1]"))
    annotations.receive(Redacted("Yes.", "[2]"))
    assert numbers(events) == [1]
    annotations.published(2, "Yes.")
    assert numbers(events) == [1, 2]
    annotations.receive(Edited("Yes.", "Yes!"))
    assert numbers(events) == [1, 2, 1], "each kind has a pairing of its own"


def test_what_waits_in_vain_is_bounded() -> None:
    annotations, events = started()
    for number in range(3 * REMEMBERED):
        annotations.receive(Redacted(f"never {number}", "x"))
    annotations.published(1, "never 0")
    assert events == []
    annotations.published(2, f"never {3 * REMEMBERED - 1}")
    assert numbers(events) == [2]
