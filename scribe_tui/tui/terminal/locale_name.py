"""Whether the terminal can show more than ASCII, judged by the locale in the environment.

Only UTF-8 counts: Python could write other encodings, but none of them holds all the alphabets that
may be on one screen.
"""

from __future__ import annotations

import locale
from collections.abc import Mapping
from pathlib import Path

_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")
"""The first of these that is set and not empty decides (POSIX)."""
_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""Python sets LC_CTYPE to one of these by itself where no locale is set (PEP 538)."""
_BEGUN_WITH = Path("/proc/self/environ")
"""The environment at the start of the process, before Python changed it (Linux only)."""
_MOST_BYTES = 1_000_000


def takes_unicode(environment: Mapping[str, str]) -> bool:
    """Return whether the locale uses UTF-8.

    For a name without an encoding, such as `en_IN`, the system is asked.
    """
    name = next((environment[one] for one in _VARIABLES if environment.get(one)), "")
    plain = name.partition("@")[0].lower()
    if plain in ("", "c", "posix"):
        return False
    encoding = plain.rpartition(".")[2] if "." in plain or plain == "utf-8" else None
    if encoding is None:
        encoding = locale.getencoding().lower()
    return encoding.replace("-", "").replace("_", "") == "utf8"


def terminal_takes_unicode(environment: Mapping[str, str]) -> bool:
    """Return the same for this process, with its environment as it was before Python changed it."""
    if environment.get("LC_CTYPE") not in _COERCED:
        return takes_unicode(environment)
    try:
        with _BEGUN_WITH.open("rb") as file:
            begun_with = file.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return takes_unicode(environment)
    set_by_user = any(
        item.startswith("LC_CTYPE=") and item != "LC_CTYPE=" for item in begun_with.split("\0")
    )
    changed = {} if set_by_user else {"LC_CTYPE": ""}
    return takes_unicode({**environment, **changed})
