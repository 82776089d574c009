"""File names made from the names of sessions."""

from __future__ import annotations

import re
import unicodedata

MAX_STEM_BYTES = 120
"""File systems allow 255 bytes a name; this leaves room for endings and counters."""

_RESERVED = frozenset(
    {"con", "prn", "aux", "nul"}
    | {f"com{number}" for number in range(1, 10)}
    | {f"lpt{number}" for number in range(1, 10)}
)
"""Names of devices on Windows, where the disk may be read later."""

_LIKE_A_PART = re.compile(r"\.(\d{4,})$")
"""The suffix of a journal's older parts: no session's file may end in one."""

_KEPT_MARKS = frozenset(" -_.+@()&,'")


def file_stem(name: str) -> str:
    """Return `name` as a file's stem: letters and digits of all scripts stay, the rest is `_`.

    It is never empty, hidden, reserved, or longer than `MAX_STEM_BYTES` of UTF-8.
    """
    kept = "".join(
        char if char in _KEPT_MARKS or unicodedata.category(char)[0] in "LMN" else "_"
        for char in unicodedata.normalize("NFC", name)
    )
    stem = kept.encode()[:MAX_STEM_BYTES].decode(errors="ignore").strip(" .")
    stem = _LIKE_A_PART.sub(r"_\1", stem)
    if stem.partition(".")[0].rstrip().lower() in _RESERVED:
        stem = f"_{stem}"
    return stem or "_"


class Stems:
    """Assigns each session name a stem of its own.

    Stems differ even on a file system that ignores case or normalises accents.
    """

    def __init__(self) -> None:
        self._stems: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """Return the stem of `name`; the same at each call."""
        if name not in self._stems:
            self._stems[name] = self._free(file_stem(name))
        return self._stems[name]

    def _free(self, stem: str) -> str:
        free, count = stem, 1
        while _folded(free) in self._taken:
            count += 1
            free = f"{stem}-{count}"
        self._taken.add(_folded(free))
        return free


def _folded(stem: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", stem).casefold())
