"""Connections of our own: proxies, certificates, addresses, and the heads of HTTP messages."""
