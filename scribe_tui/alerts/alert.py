"""Alert: a message to people elsewhere, or that its reason is over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from scribe_tui.settings.alerts import About


class AlertKind(StrEnum):
    """What an alert is about."""

    HIT = "hit"
    SOURCE_DOWN = "source_down"
    SPEECH_DOWN = "speech_down"
    NO_TEXT = "no_text"
    DEAD_AIR = "dead_air"
    JOURNAL = "journal"
    BUDGET = "budget"
    PROGRAM = "program"
    SUMMARY = "summary"

    @property
    def about(self) -> About:
        """The group by which outlets are chosen."""
        return About.HITS if self is AlertKind.HIT else About.HEALTH


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One alert as every outlet delivers it; all texts are harmless and one line each.

    `sessions` are ids, `names` what the user calls them. `subject` distinguishes alerts of one
    kind: a watch word, a budget. `is_over`: the all-clear, or that a hit was withdrawn. `count`:
    how many alerts this one stands for. `facts` are further texts by name. `at`: wall clock.
    """

    kind: AlertKind
    at: float
    title: str
    text: str
    sessions: tuple[str, ...]
    names: tuple[str, ...]
    subject: str = ""
    is_over: bool = False
    count: int = 1
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[AlertKind, str]:
        """Equal for alerts about the same thing, from whichever session."""
        return self.kind, self.subject
