"""scribe-tui: many live sounds become text side by side in one terminal."""

from __future__ import annotations


def __getattr__(name: str) -> str:
    """`__version__`, read when it is asked for: its reader takes longer to load than we do."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("scribe-tui")
    except PackageNotFoundError:  # run from a source tree that was never installed
        return "0+source"
