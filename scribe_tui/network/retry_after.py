"""How long a server asks a client to wait: the value of the header `Retry-After`."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 3600.0
"""A longer wait is cut to this."""


def seconds_asked(value: str, date: str = "") -> float:
    """The seconds to wait by a `Retry-After` (RFC 9110, 10.2.3); 0 if empty or unreadable.

    `date` is the answer's `Date` header: if `value` is a date, the wait is counted from there,
    because the clock of this machine may be wrong by hours.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_SECONDS)
    at = _instant(value)
    if at is None:
        return 0.0
    wait = (at - (_instant(date) or datetime.now(UTC))).total_seconds()
    return min(max(0.0, round(wait)), LONGEST_SECONDS)


def _instant(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text[:100]).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
