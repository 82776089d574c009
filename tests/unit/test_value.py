"""Value: dataclasses that compare and print as those that have methods of their own."""

from __future__ import annotations

from dataclasses import dataclass, field

from scribe_tui.value import Value


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Point(Value):
    x: int
    name: str = ""
    note: str = field(default="", compare=False)
    key: str = field(default="secret", repr=False)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Place(Value):
    x: int
    name: str = ""
    note: str = ""


def test_same_kind_and_fields_are_equal() -> None:
    assert Point(1, "a", "one") == Point(1, "a", "two")
    assert hash(Point(1, "a", "one")) == hash(Point(1, "a", "two"))
    assert Point(1) != Point(2)


def test_kinds_differ_whatever_the_fields_are() -> None:
    assert Point(1) != Place(1)
    assert Point(1) != (1, "", "")
    assert len({Point(1), Place(1)}) == 2


def test_it_prints_as_what_makes_it() -> None:
    assert repr(Point(1, "a", "b")) == "Point(x=1, name='a', note='b')"
