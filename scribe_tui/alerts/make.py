"""Make an outlet from its settings, and check whether it can work."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Mapping

from scribe_tui.alerts.outlets.apprise import HOW_TO_GET_IT, AppriseOutlet
from scribe_tui.alerts.outlets.command import CommandOutlet, program_of
from scribe_tui.alerts.outlets.ntfy import NtfyOutlet
from scribe_tui.alerts.outlets.outlet import Outlet
from scribe_tui.alerts.outlets.terminal import BellOutlet, DesktopOutlet, Write
from scribe_tui.alerts.outlets.webhook import WebhookOutlet
from scribe_tui.errors import UsageError
from scribe_tui.settings.alerts import OutletKind, OutletSettings


def make_outlet(
    settings: OutletSettings, terminal: Write | None, environment: Mapping[str, str]
) -> Outlet | None:
    """The outlet; None for one that needs a terminal where there is none.

    `environment` is that of the process without secrets: children get it, and it says what
    kind of terminal there is.
    """
    match settings.kind:
        case OutletKind.BELL:
            return None if terminal is None else BellOutlet(terminal)
        case OutletKind.DESKTOP:
            return None if terminal is None else DesktopOutlet(terminal, environment)
        case OutletKind.COMMAND:
            return CommandOutlet(settings, environment)
        case OutletKind.WEBHOOK:
            return WebhookOutlet(settings)
        case OutletKind.NTFY:
            return NtfyOutlet(settings)
        case OutletKind.APPRISE:
            return AppriseOutlet(settings, environment)


def check_outlet(settings: OutletSettings) -> None:
    """Raise UsageError for an outlet that is known never to work: the program is not here."""
    if settings.kind is OutletKind.COMMAND and shutil.which(program_of(settings.target)) is None:
        raise UsageError(
            "wrong outlet",
            f"The outlet {settings.name} cannot be run: there is no such program.",
            "Check its path. What it is to be given stands in an [[alert]] table, as arguments.",
        )
    if settings.kind is OutletKind.APPRISE and importlib.util.find_spec("apprise") is None:
        raise UsageError(
            "wrong outlet", f"The outlet {settings.name} does not work: {HOW_TO_GET_IT}."
        )
