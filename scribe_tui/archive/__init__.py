"""The sound kept on disk, where in source time it lies, and what is cut from it."""
