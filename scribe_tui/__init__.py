"""scribe-tui: transcribes several live sources side by side in one terminal."""

__version__ = "0.1.0"
"""The version, as in pyproject.toml. Reading it from the installed package would add 25 ms to each
start."""
