"""Search over all runs: an index beside them, a cache that may be deleted at any time."""

INDEX_NAME = ".search.sqlite"
"""In the log folder, beside the runs."""
