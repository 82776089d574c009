"""The wait that a server asks for: the value of `Retry-After`."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 3600.0
"""A longer wait is cut to this."""


def seconds_asked(value: str) -> float:
    """Seconds by a `Retry-After` (RFC 9110, 10.2.3), 0 for none or an unreadable one."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_SECONDS)
    try:
        at = parsedate_to_datetime(value[:100])
        wait = (at.astimezone(UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError, IndexError):
        return 0.0
    return min(max(0.0, round(wait)), LONGEST_SECONDS)
