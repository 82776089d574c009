"""Keep the key out of what the service says: its texts end up on screen and on disk."""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.scribe.failures import without_secrets
from scribe_tui.scribe.messages import Message, ServiceError, ServiceWarning


def conceal(message: Message, key: str | None) -> Message:
    """`message`, with the key and all that looks like one gone from errors and warnings."""
    if isinstance(message, ServiceError | ServiceWarning):
        return replace(message, text=without_secrets(message.text, key))
    return message
