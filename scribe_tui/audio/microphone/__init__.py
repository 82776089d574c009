"""Sound from a recording device of this machine."""
