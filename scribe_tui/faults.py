"""Faults of this program told to the diagnostics without a word of what was said."""

from __future__ import annotations

import logging
import traceback


def fault(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log `what` happened with the error's type and where it arose.

    The error's own message stays out: it may quote the value that was at fault, and that
    may be transcript text.
    """
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s (%s)\n%s", what, type(error).__name__, places)
