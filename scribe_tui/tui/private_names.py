"""Whether the private names of Textual that a module uses still exist.

Such a module lists them in `PRIVATE_NAMES`, checks them here before it is used, and is not used if
one is missing. `tests/tui/test_private_names.py` compares the lists with the code and with the
installed Textual.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any


def missing(names: Iterable[str]) -> list[str]:
    """Return those of `names` that do not exist; a name is such as `textual.app:App._display`.

    `()` after a class stands for an instance of it: `...:Compositor()._map`.
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
