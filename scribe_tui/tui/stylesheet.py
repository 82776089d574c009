"""SparingStylesheet: parses style sheets again only if their variables have changed."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class SparingStylesheet(Stylesheet):
    """Keeps the parsed sheets as long as the variables stay the same.

    Textual parses all sheets a second time before the first frame, because setting a theme counts
    as a change: a tenth of the start-up time. What depends only on the variables stays the same.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        """`variables` are those of the theme of the first frame."""
        super().__init__(variables=variables)
        self._parsed_with = dict(variables)
        self._is_current = True

    def set_variables(self, variables: dict[str, str]) -> None:
        """Set the variables; unchanged ones have no effect."""
        if variables != self._parsed_with:
            self._parsed_with = dict(variables)
            self._is_current = False
            super().set_variables(variables)

    def reparse(self) -> None:
        """Apply new variables or sources. Raises StylesheetError."""
        if self._is_current:
            self.parse()  # sources that are known are not read again
        else:
            super().reparse()
            self._is_current = True
