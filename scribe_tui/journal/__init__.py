"""The session log on disk: writing, retention, repair, reading, export and search."""

PAGE_LINES = 200
"""Lines in one page when older lines are read back."""
