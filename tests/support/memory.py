"""How much memory an object holds, so that bounds are tested without knowing its structure."""

from __future__ import annotations

import gc
import sys
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType
from typing import Any

_OF_THE_PROGRAM = (type, ModuleType, FunctionType, BuiltinFunctionType, CodeType)


def held_bytes(thing: object) -> int:
    """Return the bytes of `thing` and everything it refers to, except code and modules."""
    seen: set[int] = set()
    waiting: list[Any] = [thing]
    total = 0
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, _OF_THE_PROGRAM):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting += gc.get_referents(one)
    return total
