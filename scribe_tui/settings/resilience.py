"""How a session survives outages: how much sound is kept, and when an outage is reported."""

from __future__ import annotations

from dataclasses import dataclass

from scribe_tui.rules import check_rules, setting

RESILIENCE = "Resilience"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResilienceSettings:
    """Settings of the program that all sessions of a run share."""

    buffer_minutes: float = setting(
        10.0,
        RESILIENCE,
        help="Sound kept for each pane until its text has come, in minutes; what an outage of "
        "the service may last. A minute takes 1.92 MB at 16 kHz.",
        minimum=0.5,
        maximum=240.0,
    )
    catch_up_speed: float = setting(
        4.0,
        RESILIENCE,
        help="How many times faster than real time waiting sound is sent after an outage.",
        minimum=1.0,
        maximum=16.0,
    )
    connection_minutes: float = setting(
        50.0,
        RESILIENCE,
        help="Age in minutes at which a connection is replaced by a fresh one, without a gap.",
        minimum=1.0,
        maximum=1440.0,
    )
    no_text_seconds: float = setting(
        40.0,
        RESILIENCE,
        help="Connect anew after so many seconds of sound without any text; 0 is never.",
        minimum=0.0,
        maximum=3600.0,
    )

    def __post_init__(self) -> None:
        """Raises UsageError if a value breaks the rule of its setting."""
        check_rules(self)
