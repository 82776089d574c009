"""The source half of a session: open, read, reopen, rejoin, what was missed."""
