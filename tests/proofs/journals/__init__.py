"""What reading, searching and exporting journals costs: `python -m tests.proofs.journals`."""
