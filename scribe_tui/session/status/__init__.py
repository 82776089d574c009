"""What other parts of the program may see of a session: snapshots and events."""
