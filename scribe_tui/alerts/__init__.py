"""Alerts: telling people elsewhere what was heard and what is wrong, and when it is over."""
