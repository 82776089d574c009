"""Regular expressions over the index: by a literal they must contain, or by reading every line."""

from __future__ import annotations

import re
import sqlite3
import warnings

from scribe_tui.errors import UsageError
from scribe_tui.journal.search.query import NO_LINES, QueryPart, by_words
from scribe_tui.sanitize import harmless_line

MIN_LITERAL = 3
MAX_TERMS = 400
"""Most words of the vocabulary with that literal; more are in too many lines to be of use."""


_NUMBERED = frozenset("xuUN0123456789")
"""After a backslash these begin a character by its number, or a reference."""


def compiled(text: str) -> re.Pattern[str]:
    """Return the compiled expression, ignoring case.

    Raises UsageError with what is wrong and where.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what later Pythons may take `[[` for
            return re.compile(text, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(
            "wrong expression",
            f"{harmless_line(text)[:80]!r} is no regular expression: {harmless_line(str(error))}.",
        ) from None


def literal_of(text: str) -> str:
    """Return the longest run of plain ASCII letters and digits that every match contains.

    In lower case; empty if none is certain, as only plain sequences are analysed.
    """
    if "|" in text or "(?" in text:
        return ""
    best, run, depth, position = "", "", 0, 0
    while position < len(text):
        char = text[position]
        if char == "\\":
            if text[position + 1 : position + 2] in _NUMBERED:
                return ""
            best, run, position = max(best, run, key=len), "", position + 2
            continue
        if char == "[":
            best, run, position = max(best, run, key=len), "", _after_class(text, position)
            continue
        if char in "({":
            depth += 1
        if depth == 0 and char.isascii() and char.isalnum():
            run += char
        else:
            if char in "?*{" and depth <= 1:
                run = run[:-1]
            best, run = max(best, run, key=len), ""
        if char in ")}":
            depth = max(0, depth - 1)
        position += 1
    best = max(best, run, key=len)
    return best.lower() if len(best) >= MIN_LITERAL else ""


def _after_class(text: str, position: int) -> int:
    """Return the index past the character class that begins at `position`."""
    position += 1 + text.startswith("^", position + 1)
    position += text.startswith("]", position)  # the first one is a member
    while position < len(text) and text[position] != "]":
        position += 1 + (text[position] == "\\")
    return position + 1


def candidates(database: sqlite3.Connection, text: str) -> QueryPart | None:
    """Return the lines that may match, by a literal in the expression; None: any line may."""
    literal = literal_of(text)
    if not literal:
        return None
    terms = [
        term
        for (term,) in database.execute(
            "SELECT term FROM vocabulary WHERE instr(term, ?) LIMIT ?", (literal, MAX_TERMS + 1)
        )
    ]
    if len(terms) > MAX_TERMS:
        return None
    if not terms:
        return NO_LINES
    return by_words(" OR ".join('"' + term.replace('"', '""') + '"' for term in terms), "OR")
