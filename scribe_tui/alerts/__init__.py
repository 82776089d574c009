"""Alerts: messages to people elsewhere about hits and faults, and when a fault is over."""
