"""scribe-tui: many live sounds become text side by side in one terminal."""

__version__ = "0.1.0"
"""As in pyproject.toml. Reading it from the installed package would take 25 ms of every start."""
