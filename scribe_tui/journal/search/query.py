"""A user's words as SQL over the index: `bridge AND clos*`, phrases, scripts without spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scribe_tui.journal.search.catch_up import is_spaceless

Part = tuple[str, list[object]]
"""SQL that selects the ids of lines, and its values."""

_TOKENS = re.compile(r'"(?P<phrase>[^"]*)"?|(?P<paren>[()])|(?P<word>[^\s()"]+)')
_GRAM_CHARS = 3
MAX_DEPTH = 50


def as_sql(query: str) -> Part:
    """The lines that a query means.

    Words are joined by AND unless OR or NOT stands between them; `*` at a word's end stands
    for any ending; what stands in quotes is a phrase. Nothing in a query is an error:
    characters without a meaning here count as text.
    """
    tokens = [
        (match.lastgroup or "word", match[match.lastgroup or "word"])
        for match in _TOKENS.finditer(query)
    ]
    return _Parser(tokens).parse()


@dataclass(slots=True)
class _Parser:
    tokens: list[tuple[str, str]]
    position: int = 0
    depth: int = 0

    def parse(self) -> Part:
        found: Part | None = None
        while self.position < len(self.tokens):
            before = self.position
            more = self._either()
            if self.position == before:
                self.position += 1  # a closing bracket that nothing opened
                continue
            found = more if found is None or more is None else _joined(found, "INTERSECT", more)
        return found or ("SELECT id FROM lines WHERE 0", [])

    def _either(self) -> Part | None:
        left = self._all()
        while self._takes("OR"):
            right = self._all()
            left = _joined(left, "UNION", right) if left and right else left or right
        return left

    def _all(self) -> Part | None:
        left = self._without()
        while self._is_term() or self._takes("AND"):
            right = self._without()
            left = _joined(left, "INTERSECT", right) if left and right else left or right
        return left

    def _without(self) -> Part | None:
        left = self._term()
        while self._takes("NOT"):
            right = self._term()
            left = _joined(left, "EXCEPT", right) if left and right else left
        return left

    def _term(self) -> Part | None:
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


def _joined(left: Part, how: str, right: Part) -> Part:
    sql = f"SELECT id FROM ({left[0]}) {how} SELECT id FROM ({right[0]})"
    return sql, [*left[1], *right[1]]


def _leaf(text: str, *, prefix: bool) -> Part | None:
    """Lines with one word or phrase; None for a text that has no letters."""
    text = text.rstrip("*") if prefix else text
    if is_spaceless(text):
        if len(text) < _GRAM_CHARS:
            return "SELECT id FROM lines WHERE text LIKE ? ESCAPE '\\'", [f"%{_escaped(text)}%"]
        return "SELECT rowid AS id FROM grams WHERE grams MATCH ?", [f'"{_quoted(text)}"']
    if not any(char.isalnum() for char in text):
        return None
    match = f'"{_quoted(text)}"' + ("*" if prefix else "")
    return "SELECT rowid AS id FROM words WHERE words MATCH ?", [match]


def _quoted(text: str) -> str:
    return text.replace('"', '""').replace("\0", " ")


def _escaped(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text)
