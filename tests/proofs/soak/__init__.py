"""Long proofs as programs: a scaled week, a hundred kills, ten minutes at a desk."""
