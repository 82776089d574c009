"""Which parts of an address's path may be secrets: `/token/4f7d`, `/hmac=4f7d/`, `/9f8a7b6c.../`.

Most parts of a path are names by which people tell stations apart, so only parts that look like
a secret are hidden. A UUID is shown: it is an identifier, not a password.
"""

from __future__ import annotations

import re

HIDDEN = "***"
"""The text that replaces a secret."""

_BETWEEN = re.compile(r"([\\/]|%(?:25){0,3}(?:2f|5c))", re.IGNORECASE)
_SECRET_NAME = re.compile(
    r"(?:[a-z]{0,12}[_-]?(?:token|secret|passw(?:or)?d|signature|credentials?)"
    r"|auth|api[_-]?key|key|l?sig|jwt|hmac|hash|pwd|pass|pin|ticket|sid|session(?:[_-]?id)?)",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"=|%(?:25){0,3}3d", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_RUN = re.compile(r"[A-Za-z0-9]{20,}")
_TOKEN = re.compile(r"[\w.~+-]{32,}", re.ASCII)
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def mask_path(path: str) -> str:
    """`path` (an address from its first slash on) with the parts hidden that may be secret."""
    parts = _BETWEEN.split(path)
    shown, after = [], ""
    for number, part in enumerate(parts):
        shown.append(part if number % 2 else _mask_part(part, after))
        after = after if number % 2 else part
    return "".join(shown)


def hidden_parts(path: str) -> list[str]:
    """The texts in `path` that `mask_path` hides: parts, or what follows their `=`."""
    parts = _BETWEEN.split(path)[::2]
    shown = _BETWEEN.split(mask_path(path))[::2]
    return [
        _EQUALS.split(part, maxsplit=1)[-1]
        for part, masked in zip(parts, shown, strict=True)
        if masked != part
    ]


def _mask_part(part: str, after: str) -> str:
    """`part` of a path, hidden if it may be secret; `after` is the part before it."""
    if not part or part == HIDDEN:
        return part
    if _SECRET_NAME.fullmatch(after):
        return HIDDEN
    if equals := _EQUALS.search(part):
        return f"{part[: equals.end()]}{HIDDEN}" if equals.end() < len(part) else part
    extension = _EXTENSION.search(part)
    stem = part[: extension.start()] if extension else part
    if not _is_random(stem):
        return part
    return f"{HIDDEN}{extension[0] if extension else ''}"


def _is_random(stem: str) -> bool:
    """Whether letters and digits are mixed over a length that no station's name has."""
    if _UUID.fullmatch(stem):
        return False
    if any(_mixes(run) for run in _RUN.findall(stem)):
        return True
    return _TOKEN.fullmatch(stem) is not None and _mixes(stem) and stem.lower() != stem


def _mixes(text: str) -> bool:
    """Whether `text` has at least three digits and three letters."""
    digits = sum(map(str.isdigit, text))
    letters = sum(map(str.isalpha, text))
    return digits > 2 and letters > 2
