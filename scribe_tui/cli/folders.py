"""Where the program keeps what it writes: session logs and its own diagnostics."""

from __future__ import annotations

from pathlib import Path

from platformdirs import user_state_path


def sessions_folder(log_dir: Path | None) -> Path:
    """`log_dir`, or the default in the user's state folder."""
    return log_dir.absolute() if log_dir is not None else _state() / "sessions"


def diagnostics_folder() -> Path:
    """Where diagnostics go; they hold no transcript text and no key."""
    return _state() / "diagnostics"


def _state() -> Path:
    return user_state_path("scribe-tui", appauthor=False)
