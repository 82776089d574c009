"""Where alerts go: one outlet, from an `[[alert]]` table or the `--alert` flag."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line, host_of

MAX_OUTLETS = 20
MAX_KIND_CHARS = 20
"""Longest unknown kind of outlet that an error message repeats."""


class OutletKind(StrEnum):
    """The kinds of outlets."""

    BELL = "bell"
    DESKTOP = "desktop"
    COMMAND = "command"
    WEBHOOK = "webhook"
    NTFY = "ntfy"
    APPRISE = "apprise"


class About(StrEnum):
    """What an outlet reports: what was heard, or the state of the program and its sources."""

    HITS = "hits"
    HEALTH = "health"


_WITHOUT_TARGET = (OutletKind.BELL, OutletKind.DESKTOP)
_WEB = (OutletKind.WEBHOOK, OutletKind.NTFY)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletSettings:
    """One outlet. `target` is a program or an address and may hold a secret: never show it.

    `arguments` are those of the command; no text of an alert is ever added to them. `secret`
    signs what is sent to a webhook, or is the access token of ntfy. `sources` are names; empty
    means all sources. `variables` are the environment variables its settings were read from;
    they must not be passed on to child processes.
    """

    kind: OutletKind
    target: str = field(default="", repr=False)
    arguments: tuple[str, ...] = field(default=(), repr=False)
    secret: str | None = field(default=None, repr=False)
    about: tuple[About, ...] = tuple(About)
    sources: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises UsageError if the target is missing, or is not the web address it must be."""
        if self.kind not in _WITHOUT_TARGET and not self.target.strip():
            raise _refused(self.kind, f"needs a target: {self.kind}:...")
        if self.kind in _WEB:
            _check_address(self.kind, self.target)

    @property
    def name(self) -> str:
        """The outlet's name in messages; of its target it shows the host or file at most."""
        if self.kind in _WITHOUT_TARGET:
            return self.kind.value
        if self.kind is OutletKind.COMMAND:
            return harmless_line(f"command {self.target.rstrip('/').rpartition('/')[2]}")
        if self.kind is OutletKind.APPRISE:
            return harmless_line(f"apprise {self.target.partition('://')[0]}")
        return harmless_line(f"{self.kind} {host_of(self.target)}")

    def accepts(self, about: About, names: frozenset[str]) -> bool:
        """Whether this outlet reports `about`, for a source with one of these names or ids."""
        concerned = not self.sources or not names or bool(names & set(self.sources))
        return about in self.about and concerned


def parse_outlet(text: str) -> OutletSettings:
    """Parse a value of `--alert`: `bell`, `desktop`, `KIND:TARGET`, or a web address.

    Raises UsageError, whose message does not show the target.
    """
    text = text.strip()
    if text.lower().startswith(("http://", "https://")):
        return OutletSettings(kind=OutletKind.WEBHOOK, target=text)
    kind, _, target = text.partition(":")
    try:
        known = OutletKind(kind.strip().lower())
    except ValueError:
        # It may be an address with a secret whose http:// is missing.
        shown = repr(kind) if kind.isalpha() and len(kind) <= MAX_KIND_CHARS else "such as this"
        raise UsageError(
            "unknown outlet",
            f"There is no outlet {shown} for alerts.",
            f"Write one of {', '.join(OutletKind)}; all but bell and desktop with :TARGET.",
        ) from None
    return OutletSettings(kind=known, target=target.strip())


def _check_address(kind: OutletKind, target: str) -> None:
    usable = target.lower().startswith(("http://", "https://"))
    if not usable or not target.isprintable() or " " in target or not _leads_somewhere(target):
        raise _refused(kind, "needs a web address that begins with http:// or https://")


def _leads_somewhere(target: str) -> bool:
    """Whether the host and port in `target` are valid ones."""
    try:
        parts = urlsplit(target)
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return False
    return bool(host) and port != 0


def _refused(kind: OutletKind, reason: str) -> UsageError:
    return UsageError("wrong outlet", f"The outlet {kind} {reason}.")
