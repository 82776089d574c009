"""What the offline endpoint recognises, and at what cost: `python -m tests.proofs.recognition`."""
