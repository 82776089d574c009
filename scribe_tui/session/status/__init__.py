"""What others may see of a session."""
