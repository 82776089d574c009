"""Logging bugs of this program without any transcript text."""

from __future__ import annotations

import logging
import traceback


def log_fault(logger: logging.Logger, what: str, error: BaseException) -> None:
    """Log the sentence `what`, with the error's type and traceback.

    The error's message is left out, because it may quote a value that is transcript text.
    """
    places = "".join(traceback.format_tb(error.__traceback__))
    logger.error("%s (%s)\n%s", what, type(error).__name__, places)
