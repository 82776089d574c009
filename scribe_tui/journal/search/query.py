"""Queries as SQL over the index: `bridge AND clos*`, phrases, scripts without spaces."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from scribe_tui.errors import UsageError
from scribe_tui.journal.search.lines import is_spaceless


@dataclass(frozen=True, slots=True)
class QueryPart:
    """A set of lines: SQL that selects their ids, and its values.

    `match`: the same as one FTS5 expression, if the query has only words; it finds the newest lines
    without examining the others. `operator`: what joins the parts of `match`.
    """

    sql: str
    values: tuple[object, ...] = ()
    match: str = ""
    operator: str = ""


NO_LINES = QueryPart("SELECT id FROM lines WHERE 0")


def by_words(match: str, operator: str = "") -> QueryPart:
    """Return the lines that an FTS5 expression finds; `operator` joins its parts."""
    return QueryPart("SELECT rowid AS id FROM words WHERE words MATCH ?", (match,), match, operator)


_TOKENS = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<paren>[()])|(?P<word>[^\s()"]+)')
_GRAM_CHARS = 3
MAX_DEPTH = 10
MAX_WORDS = 200
"""Most nested brackets, and most words: near the limits of SQLite's parsers."""


def as_sql(query: str) -> QueryPart:
    """Return the lines that match a query.

    Words are joined by AND unless OR or NOT is between them; `*` at a word's end stands for any
    ending; quotes enclose a phrase. Only a query that is too long is an error: characters without a
    meaning here count as text. Raises UsageError.
    """
    tokens = [
        (match.lastgroup or "word", match[match.lastgroup or "word"])
        for match in _TOKENS.finditer(query)
    ]
    if sum(kind != "paren" for kind, _ in tokens) > MAX_WORDS:
        raise UsageError(
            "long query",
            f"There are more than {MAX_WORDS} words to search for.",
            "Search for fewer, or for a phrase in quotes.",
        )
    return _Parser(tokens).parse()


def says_nothing(query: str) -> bool:
    """Return whether a query cannot match any line. Raises UsageError like `as_sql`."""
    return as_sql(query) is NO_LINES


@dataclass(slots=True)
class _Parser:
    tokens: list[tuple[str, str]]
    position: int = 0
    depth: int = 0

    def parse(self) -> QueryPart:
        found: QueryPart | None = None
        while self.position < len(self.tokens):
            before = self.position
            more = self._either()
            if self.position == before:
                self.position += 1  # a closing bracket that nothing opened
                continue
            found = more if found is None or more is None else _joined(found, "AND", more)
        return found or NO_LINES

    def _either(self) -> QueryPart | None:
        left = self._all()
        while self._takes("OR"):
            right = self._all()
            left = _joined(left, "OR", right) if left and right else left or right
        return left

    def _all(self) -> QueryPart | None:
        left = self._without()
        while self._is_term() or self._takes("AND"):
            how = "NOT" if self._takes("NOT") else "AND"
            right = self._without()
            if left and right:
                left = _joined(left, how, right)
            elif how == "AND":
                left = left or right
        return left

    def _without(self) -> QueryPart | None:
        left = self._term()
        while self._takes("NOT"):
            right = self._term()
            left = _joined(left, "NOT", right) if left and right else left
        return left

    def _term(self) -> QueryPart | None:
        if self.position >= len(self.tokens):
            return None
        kind, text = self.tokens[self.position]
        if kind == "paren":
            if text == ")" or self.depth >= MAX_DEPTH:
                return None
            self.position += 1
            self.depth += 1
            inside = self._either()
            self.depth -= 1
            if self.position < len(self.tokens) and self.tokens[self.position][1] == ")":
                self.position += 1
            return inside
        self.position += 1
        return _leaf(text, prefix=kind == "word" and text.endswith("*"))

    def _is_term(self) -> bool:
        if self.position >= len(self.tokens):
            return False
        kind, text = self.tokens[self.position]
        if kind == "paren":
            return text == "(" and self.depth < MAX_DEPTH
        return kind == "phrase" or text not in ("AND", "OR", "NOT")

    def _takes(self, operator: str) -> bool:
        if self.position < len(self.tokens) and self.tokens[self.position] == ("word", operator):
            self.position += 1
            return True
        return False


_SETS = {"AND": "INTERSECT", "OR": "UNION", "NOT": "EXCEPT"}


def _joined(left: QueryPart, how: str, right: QueryPart) -> QueryPart:
    """Join two selects. SQL evaluates them from left to right.

    Only the right one needs brackets.
    """
    second = f"SELECT id FROM ({right.sql})" if right.operator else right.sql
    sql, values = f"{left.sql} {_SETS[how]} {second}", (*left.values, *right.values)
    if not (left.match and right.match):
        return QueryPart(sql, values, operator=how)
    first, other = _bracketed(left, how), _bracketed(right, "" if how == "NOT" else how)
    return QueryPart(sql, values, f"{first} {how} {other}", how)


def _bracketed(part: QueryPart, how: str) -> str:
    return part.match if part.operator in ("", how) else f"({part.match})"


def _leaf(text: str, *, prefix: bool) -> QueryPart | None:
    """Return lines with one word, symbol or phrase; None if there is nothing to search for."""
    text = text.rstrip("*") if prefix else text
    if is_spaceless(text):
        if len(text) < _GRAM_CHARS:
            return _as_it_stands(text)
        return QueryPart(
            "SELECT rowid AS id FROM grams WHERE grams MATCH ?", (f'"{_quoted(text)}"',)
        )
    if not any(char.isalnum() for char in text):
        signs = any(unicodedata.category(char)[0] == "S" for char in text if not char.isascii())
        return _as_it_stands(text) if signs else None
    return by_words(f'"{_quoted(text)}"' + ("*" if prefix else ""))


def _as_it_stands(text: str) -> QueryPart:
    """Return lines with `text`, by reading all lines: symbols such as emoji are not indexed."""
    like = "SELECT id FROM lines WHERE text LIKE ? ESCAPE '\\'"
    return QueryPart(like, (f"%{_escaped(text)}%",))


def _quoted(text: str) -> str:
    return text.replace('"', '""').replace("\0", " ")


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
