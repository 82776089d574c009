"""From an outlet's settings to the outlet."""

from __future__ import annotations

from collections.abc import Mapping

from scribe_tui.alerts.outlets.apprise import AppriseOutlet
from scribe_tui.alerts.outlets.command import CommandOutlet
from scribe_tui.alerts.outlets.ntfy import NtfyOutlet
from scribe_tui.alerts.outlets.outlet import Outlet
from scribe_tui.alerts.outlets.terminal import BellOutlet, DesktopOutlet, Write
from scribe_tui.alerts.outlets.webhook import WebhookOutlet
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
