"""StandingWarning: a warning of the service, shown as long as the service repeats it."""

from __future__ import annotations

import re
from typing import Final

WARNING_STANDS_SECONDS: Final = 20.0
"""Time for which a warning is shown after the service last sent it."""
_DIGITS: Final = re.compile(r"\d+")


class StandingWarning:
    """One session's. Instants are readings of `Clock.elapsed`."""

    def __init__(self) -> None:
        """Nothing was warned of."""
        self._text = ""
        self._at = 0.0

    def said(self, text: str, now: float) -> str:
        """Take a warning; returns its text without figures, equal for all warnings of one kind."""
        self._text, self._at = text, now
        return _DIGITS.sub("", text)

    def sentence(self, now: float) -> str:
        """The warning that stands at `now`; "" if none does."""
        stands = self._text and now - self._at < WARNING_STANDS_SECONDS
        return f"The service warns: {self._text}" if stands else ""
