"""The tables of the README that are derived from the code.

`python -m tests.support.readme` writes them anew; a test sees to it that they are up to date.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

from scribe_tui.config.options import OPTIONS, Kind, Option
from scribe_tui.settings import GROUPS
from scribe_tui.tui.keys import ALL_KEYS

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"


def keys_table() -> str:
    """All keys, those with the same sentence in one row."""
    rows = ["| key | what it does |", "|---|---|"]
    for tooltip, same in groupby(ALL_KEYS, key=lambda key: key.tooltip):
        names = [f"`{key.shown}`" for key in same]
        shown = " ".join(names) if len(names) <= 4 else f"{names[0]} to {names[-1]}"
        rows.append(f"| {shown} | {tooltip} |")
    return "\n".join(rows)


def settings_table() -> str:
    """All settings under their headings."""
    parts = []
    in_order = sorted(OPTIONS, key=lambda option: GROUPS.index(option.rule.group))
    for group, options in groupby(in_order, key=lambda option: option.rule.group):
        parts += [f"**{group}**", "", "| flag | in the file | what it does |", "|---|---|---|"]
        parts += [_row(option) for option in options]
        parts.append("")
    return "\n".join(parts).rstrip()


def _row(option: Option) -> str:
    flag = option.flag if option.kind is not Kind.SWITCH else _switch(option)
    return f"| `{flag}` | `{option.name}` | {option.rule.help}{_allowed(option)} |"


def _switch(option: Option) -> str:
    return option.flag if not option.default else f"--no-{option.name.replace('_', '-')}"


def _allowed(option: Option) -> str:
    rule = option.rule
    facts = []
    if rule.choices:
        facts.append(", ".join(rule.choices))
    if rule.minimum is not None and rule.maximum is not None:
        facts.append(f"{rule.minimum:g} to {rule.maximum:g}")
    if option.default not in (None, ()) and option.kind is not Kind.SWITCH:
        facts.append(f"default {option.default}")
    if option.kind is Kind.SWITCH and option.default:
        facts.append("default on")
    return f" ({'; '.join(facts)})" if facts else ""


SECTIONS = {"keys": keys_table, "settings": settings_table}


def section(text: str, name: str) -> re.Match[str]:
    """The derived part called `name`, with its two marks."""
    found = re.search(rf"<!-- {name} -->\n(?P<body>.*?)<!-- /{name} -->", text, re.DOTALL)
    assert found is not None, f"the README has no section {name}"
    return found


def write() -> None:
    """Bring the README's tables up to date."""
    text = README.read_text(encoding="utf-8")
    for name, make in SECTIONS.items():
        found = section(text, name)
        body = f"<!-- {name} -->\n{make()}\n<!-- /{name} -->"
        text = text[: found.start()] + body + text[found.end() :]
    README.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
