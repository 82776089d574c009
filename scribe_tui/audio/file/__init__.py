"""Sound in a file of this machine."""
