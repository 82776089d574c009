"""The monitor as plain lines, for screen readers: one event a line, nothing ever repainted."""
