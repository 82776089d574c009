"""The monitor as plain lines, for screen readers: one event per line, nothing is repainted."""
