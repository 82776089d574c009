"""Where a stream of coded sound may be cut into files, and how much sound lies before a cut."""
