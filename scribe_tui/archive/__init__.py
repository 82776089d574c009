"""The sound kept on disk: where it is in source time, clips of it, and reading it again."""
