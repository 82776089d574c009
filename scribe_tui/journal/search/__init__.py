"""Search over all runs: an index beside them, a cache that may be deleted at any time."""
