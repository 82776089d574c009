"""Search over all runs: an index in the log folder, a cache that may be deleted at any time."""

INDEX_NAME = ".search.sqlite"
"""File name of the index, in the log folder next to the runs."""
