"""The offline recogniser and its processes."""
