"""Formats numbers of bytes for people."""

from __future__ import annotations


def size_text(size: float) -> str:
    """`size` bytes in a decimal unit from B to GB, such as `43.5 MB`."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
