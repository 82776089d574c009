"""The tables of the README that are derived from the code.

`python -m tests.support.readme` updates them; a test checks that they are up to date.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from scribe_tui.tui.keys import ALL_KEYS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def keys_table() -> str:
    """Return the table of all keys; keys with the same sentence share a row."""
    rows = ["| key | what it does |", "|---|---|"]
    for tooltip, same in groupby(ALL_KEYS, key=lambda key: key.tooltip):
        names = [f"`{key.shown}`" for key in same]
        shown = " ".join(names) if len(names) <= 4 else f"{names[0]} to {names[-1]}"
        rows.append(f"| {shown} | {tooltip} |")
    return "\n".join(rows)


SECTIONS = {"keys": keys_table}


def section(text: str, name: str) -> re.Match[str]:
    """Return the match of the derived part called `name`, with its two marks."""
    found = re.search(rf"<!-- {name} -->\n(?P<body>.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found is not None, f"the README has no section {name}"
    return found


def write() -> None:
    """Update the README's tables."""
    text = README.read_text(encoding="utf-8")
    for name, make in SECTIONS.items():
        found = section(text, name)
        body = f"<!-- {name} -->\n{make()}\n<!-- /{name} -->"
        text = text[: found.start()] + body + text[found.end() :]
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
