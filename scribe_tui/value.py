"""Value: how plain frozen dataclasses compare and print, written once."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


class Value:
    """Base of dataclasses made with `eq=False, repr=False`: gives them the usual methods.

    For modules of many small classes that every start loads: generating the methods for each
    class takes a third of the time of loading such a module.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        """Same class, same fields."""
        return _values(self) == _values(other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        """Of class and fields."""
        return hash((type(self), _values(self)))

    def __repr__(self) -> str:
        """As a call that makes an equal object, without the fields that are not to be shown."""
        named: Any = self
        shown = [f"{it.name}={getattr(self, it.name)!r}" for it in fields(named) if it.repr]
        return f"{type(self).__qualname__}({', '.join(shown)})"


def _values(value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, item.name) for item in fields(value) if item.compare)
