"""Logging bugs of this program without any transcript text."""

from __future__ import annotations

import logging
import traceback


def log_fault(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log `what` happened, with the error's type and traceback.

    The error's own message is left out: it may quote the value at fault, and that may be
    transcript text.
    """
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s (%s)\n%s", what, type(error).__name__, places)
