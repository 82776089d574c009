"""The session log on disk: written as it happens, kept, mended, read again, exported, searched."""

PAGE_LINES = 200
"""Lines that are read back in one go."""
