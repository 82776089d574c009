"""The commands that read earlier runs; each file imports what it needs only when it is called."""
