"""Grouping: the same alert from several panes is one; trouble that passes at once is none.

Pure: the time is an argument, and it returns when it has to be called again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TypeVar

from scribe_tui.alerts.alert import Alert, AlertKind

Key = tuple[AlertKind, str]
T = TypeVar("T")

WINDOW_SECONDS = 90.0
"""The same alert from other panes within this time after the first is the same one."""
PATIENCE_SECONDS = 5.0
"""A fault is reported when it has lasted this long: most stations that drop come back earlier."""
MAX_GROUPS = 500
NAMES_SHOWN = 5


@dataclass(slots=True)
class _Trouble:
    """Alerts of one key. `sent`: sources whose alert was sent; `waiting`: not sent yet."""

    sent: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, Alert] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)
    due_at: float = 0.0


@dataclass(slots=True)
class _Heard:
    """The latest hit of one key that was sent, and its source.

    `others`: the same from other sources, which were not sent because of it.
    """

    at: float
    session: str
    others: dict[str, Alert] = field(default_factory=dict)


class Grouping:
    """Alerts in, fewer alerts out. All instants are monotonic seconds.

    The first of a trouble goes out after its patience, with all panes that have joined by then;
    those that join within the window after it follow at its end, in one more alert. The
    all-clear comes when the last source works again.
    """

    def __init__(
        self, window_seconds: float = WINDOW_SECONDS, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._window = window_seconds
        self._patience = patience_seconds
        self._troubles: dict[Key, _Trouble] = {}
        self._sent_at: dict[Key, float] = {}
        self._heard: dict[Key, _Heard] = {}

    def add(self, alert: Alert, now: float) -> list[Alert]:
        """Take an alert; returns the alerts to send now. Later ones come from `due`."""
        out = self.due(now)
        if alert.kind is AlertKind.HIT:
            return out + self._hit(alert, now)
        return out + (self._end(alert) if alert.is_over else self._begin(alert, now))

    def due(self, now: float) -> list[Alert]:
        """The alerts that have waited long enough by `now`."""
        return [
            self._as_alert(key, trouble, now)
            for key, trouble in self._troubles.items()
            if trouble.waiting and now >= trouble.due_at
        ]

    @property
    def next_at(self) -> float | None:
        """When `due` will have something, None: not before the next `add`."""
        return min((t.due_at for t in self._troubles.values() if t.waiting), default=None)

    def _hit(self, alert: Alert, now: float) -> list[Alert]:
        """A word from several panes is one hit; what was not sent is not withdrawn."""
        (session,) = alert.sessions
        heard = self._heard.get(alert.key)
        if alert.is_over:
            return [alert] if heard is None else self._withdraw(alert, heard, now)
        if heard is not None and session != heard.session and now - heard.at < self._window:
            heard.others[session] = alert
            return []
        _bounded(self._heard, alert.key, _Heard(now, session))
        return [alert]

    def _withdraw(self, alert: Alert, heard: _Heard, now: float) -> list[Alert]:
        """A hit was withdrawn. If its alert was sent, that of another source replaces it."""
        (session,) = alert.sessions
        if session != heard.session:
            heard.others.pop(session, None)
            return []
        del self._heard[alert.key]
        if not heard.others:
            return [alert]
        other, instead = next(iter(heard.others.items()))
        del heard.others[other]
        _bounded(self._heard, alert.key, _Heard(now, other, heard.others))
        return [alert, instead]

    def _begin(self, alert: Alert, now: float) -> list[Alert]:
        trouble = self._troubles.get(alert.key)
        if trouble is None:
            trouble = _bounded(self._troubles, alert.key, _Trouble())
        if not trouble.waiting:
            last = self._sent_at.get(alert.key, float("-inf"))
            again = alert.sessions[0] in trouble.sent  # from a warning to something worse
            trouble.due_at = now + self._patience
            if not again:
                trouble.due_at = max(trouble.due_at, last + self._window)
        trouble.waiting[alert.sessions[0]] = alert
        return self.due(now)

    def _end(self, alert: Alert) -> list[Alert]:
        (session,) = alert.sessions
        trouble = self._troubles.get(alert.key)
        if trouble is None:
            return []
        trouble.waiting.pop(session, None)
        if session in trouble.sent:
            trouble.over[session] = trouble.sent.pop(session)
        if not trouble.sent and not trouble.waiting:
            del self._troubles[alert.key]
        if trouble.sent or not trouble.over:
            return []
        over, trouble.over = trouble.over, {}
        return [_joined(alert, tuple(over), tuple(over.values()))]

    def _as_alert(self, key: Key, trouble: _Trouble, now: float) -> Alert:
        """All that wait in a trouble as one alert."""
        waiting, trouble.waiting = trouble.waiting, {}
        _bounded(self._sent_at, key, now)
        names = {session: alert.names[0] for session, alert in waiting.items()}
        trouble.sent |= names
        return _joined(next(iter(waiting.values())), tuple(names), tuple(names.values()))


def _bounded(known: dict[Key, T], key: Key, value: T) -> T:
    """Keep `value` as the newest, and no more than `MAX_GROUPS` of them."""
    known.pop(key, None)
    known[key] = value
    while len(known) > MAX_GROUPS:
        del known[next(iter(known))]
    return value


def _joined(alert: Alert, sessions: tuple[str, ...], names: tuple[str, ...]) -> Alert:
    """`alert` as that of all these sessions."""
    if len(sessions) == 1 and sessions == alert.sessions:
        return alert
    others = [name for name in names if name not in alert.names]
    shown = ", ".join(others[:NAMES_SHOWN])
    more = f" and {len(others) - NAMES_SHOWN} more" if len(others) > NAMES_SHOWN else ""
    text = f"{alert.text} Also: {shown}{more}." if others else alert.text
    return replace(alert, sessions=sessions, names=names, text=text, count=len(sessions))
