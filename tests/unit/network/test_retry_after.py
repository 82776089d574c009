"""How long a server asks to wait, whatever the clock of this machine says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from scribe_tui.network.retry_after import LONGEST_SECONDS, seconds_asked


def at(seconds: float, since: datetime | None = None) -> str:
    """So many seconds from now, or from another instant."""
    return format_datetime((since or datetime.now(UTC)) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("wrong_by", [-86400, -3600, 0, 3600, 10 * 365 * 86400])
def test_an_instant_is_counted_from_the_servers_own_clock(wrong_by: float) -> None:
    now = datetime.now(UTC)
    assert seconds_asked(at(wrong_by + 120, now), at(wrong_by, now)) == 120.0


def test_without_a_date_this_machines_clock_counts() -> None:
    assert seconds_asked(at(300)) == pytest.approx(300.0, abs=30.0)
    assert seconds_asked(at(-300)) == 0.0
    assert seconds_asked(at(300), "no date") == pytest.approx(300.0, abs=30.0)


@pytest.mark.parametrize("value", ["", "soon", "²", "-5", "9" * 500, "Fri, 99 Foo 9999 99:99:99"])
def test_nonsense_is_no_wait_and_none_is_endless(value: str) -> None:
    assert 0.0 <= seconds_asked(value, value) <= LONGEST_SECONDS
