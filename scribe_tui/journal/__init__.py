"""The session log on disk: written as it happens, kept, mended, read again, exported, searched."""
