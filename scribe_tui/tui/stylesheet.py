"""SparingStylesheet: style sheets are parsed again only where what they are made of has changed."""

from __future__ import annotations

from textual.css.stylesheet import Stylesheet


class SparingStylesheet(Stylesheet):
    """Keeps what was parsed as long as the variables stay the same.

    Textual parses all sheets a second time before the first frame, for a theme is news to it
    then: a tenth of a start. Everything that depends on the variables alone stays as it was.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        """`variables` are those of the theme that the first frame has."""
        super().__init__(variables=variables)
        self._parsed_with = dict(variables)
        self._is_current = True

    def set_variables(self, variables: dict[str, str]) -> None:
        """Take other variables; the same ones change nothing."""
        if variables != self._parsed_with:
            self._parsed_with = dict(variables)
            self._is_current = False
            super().set_variables(variables)

    def reparse(self) -> None:
        """Apply new variables or sources. Raises StylesheetError."""
        if self._is_current:
            self.parse()  # sources that are known already are not read again
        else:
            super().reparse()
            self._is_current = True
