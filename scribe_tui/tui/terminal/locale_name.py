"""Whether the terminal can be sent more than ASCII, by what the environment says of its locale.

Only UTF-8 will do: Python would write any other encoding, but what is on a screen of many
alphabets fits into none of them.
"""

from __future__ import annotations

import locale
from collections.abc import Mapping
from pathlib import Path

_VARIABLES = ("LC_ALL", "LC_CTYPE", "LANG")
"""The first that is set and not empty counts (POSIX)."""
_COERCED = frozenset({"C.UTF-8", "C.utf8", "UTF-8"})
"""Python sets LC_CTYPE to one of these by itself where no locale is set (PEP 538)."""
_BEGUN_WITH = Path("/proc/self/environ")
"""The environment as it was before that, where there is such a file."""
_MOST_BYTES = 1_000_000


def takes_unicode(environment: Mapping[str, str]) -> bool:
    """Whether the locale is one of UTF-8.

    A name without an encoding, such as `en_IN`, is looked up in the system.
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
    """The same for the environment of this process, as it was before Python changed it."""
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
