"""Connections this program opens itself: proxies, certificates, addresses, HTTP heads."""
