"""SparingStylesheet."""

from __future__ import annotations

from scribe_tui.tui.stylesheet import SparingStylesheet

SHEET = "Static { color: $focus; }"


def sheet(focus: str) -> SparingStylesheet:
    made = SparingStylesheet(variables={"focus": focus})
    made.add_source(SHEET)
    return made


def test_the_same_variables_leave_what_was_parsed() -> None:
    made = sheet("red")
    before = made.rules[0]
    made.set_variables({"focus": "red"})
    made.reparse()
    assert made.rules[0] is before


def test_other_variables_are_applied_and_the_first_ones_again() -> None:
    made = sheet("red")
    seen = [made.rules[0].styles.color]
    for focus in ("blue", "red"):
        made.set_variables({"focus": focus})
        made.reparse()
        seen.append(made.rules[0].styles.color)
    assert seen[0] == seen[2] != seen[1]


def test_a_source_that_came_meanwhile_is_read() -> None:
    made = sheet("red")
    assert len(made.rules) == 1
    made.add_source("Label { color: $focus; }", read_from=("other", ""))
    made.reparse()
    assert len(made.rules) == 2
