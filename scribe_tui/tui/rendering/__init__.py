"""Turning text into cells, and painting cells on the screen."""
