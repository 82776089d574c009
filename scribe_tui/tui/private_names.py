"""Whether the private names of Textual that a module is built on are still there.

Such a module lists them in `PRIVATE_NAMES`, asks here before it is used, and drops out by
itself where one is missing. `tests/tui/test_private_names.py` holds the lists against the
code and against the Textual that is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any


def missing(names: Iterable[str]) -> list[str]:
    """Those of `names` that do not exist: `textual.app:App._display` and the like.

    `()` behind a class asks for an attribute of its instances: `...:Compositor()._map`.
    """
    return [name for name in names if not _exists(name)]


def _exists(name: str) -> bool:
    module, _, path = name.partition(":")
    try:
        found: Any = import_module(module)
        for step in path.split("."):
            found = getattr(found, step.removesuffix("()"))
            if step.endswith("()"):
                found = found()
    except (ImportError, AttributeError, TypeError):
        return False
    return True
