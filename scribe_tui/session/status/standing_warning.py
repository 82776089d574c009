"""StandingWarning: a warning of the service, shown as long as the service repeats it."""

from __future__ import annotations

import re
from typing import Final

WARNING_STANDS_SECONDS: Final = 20.0
"""For how many seconds a warning is shown after the service last sent it."""
_DIGITS: Final = re.compile(r"\d+")


class StandingWarning:
    """The latest warning for one session. Instants are readings of `Clock.elapsed`."""

    def __init__(self) -> None:
        """Begin without a warning."""
        self._text = ""
        self._at = 0.0

    def said(self, text: str, now: float) -> str:
        """Take a warning; returns its text without digits, equal for all warnings of one kind."""
        self._text, self._at = text, now
        return _DIGITS.sub("", text)

    def sentence(self, now: float) -> str:
        """The sentence to show at `now`; "" if the latest warning is too old."""
        stands = self._text and now - self._at < WARNING_STANDS_SECONDS
        return f"The service warns: {self._text}" if stands else ""
