"""Long proofs as programs: `python -m tests.soak` runs a scaled week and a hundred kills."""
