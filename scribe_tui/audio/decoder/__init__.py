"""The decoder process: where it is, how it is run, what it says, when it is read."""
