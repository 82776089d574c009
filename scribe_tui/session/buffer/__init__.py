"""Sound not yet committed: which was heard, committed or missed, and how much of it is speech."""
