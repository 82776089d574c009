"""Value: how plain frozen dataclasses compare and print, written once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any


class Value:
    """Base of dataclasses made with `eq=False, repr=False`: gives them the usual methods.

    For modules of many small classes that every start loads: generating the methods for each
    class takes a third of the time of loading such a module.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Same class, same fields."""
        if type(other) is not type(self):
            return NotImplemented
        compared = _reader(type(self))
        return bool(compared(self) == compared(other))

    def __hash__(self) -> int:
        """Of class and fields."""
        return hash((type(self), _reader(type(self))(self)))

    def __repr__(self) -> str:
        """As a call that makes an equal object, without the fields that are not to be shown."""
        named: Any = self
        shown = [f"{it.name}={getattr(self, it.name)!r}" for it in fields(named) if it.repr]
        return f"{type(self).__qualname__}({', '.join(shown)})"


def _reader_of(kind: type) -> Callable[[Any], Any]:
    """What makes the fields to compare of an object of that class, made once a class.

    Screens compare dozens of values at each look: a loop over fields costs many times as much.
    """
    compared: Any = kind
    names = [item.name for item in fields(compared) if item.compare]
    return attrgetter(*names) if names else lambda _: ()


_reader: Callable[[type], Callable[[Any], Any]] = cache(_reader_of)
