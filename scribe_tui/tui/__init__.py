"""The screen: the only part of the program that uses Textual. It reads events and snapshots."""
