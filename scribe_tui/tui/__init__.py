"""The skin: the only part that knows Textual. It reads events and snapshots."""
