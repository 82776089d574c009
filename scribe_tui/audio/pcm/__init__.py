"""Arithmetic on PCM: channels, level, gain, and where new sound repeats old sound."""
