"""Which certificates are trusted on connections of our own: the machine's store and certifi's."""

from __future__ import annotations

import functools
import os
import ssl


def tls_context() -> ssl.SSLContext:
    """A context that verifies certificate and host name.

    `SSL_CERT_FILE` or `SSL_CERT_DIR` in the environment stand for the machine's store; only
    where neither is set are certifi's certificates trusted beside it, for machines whose
    store is empty or out of date.
    """
    return _context(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@functools.cache
def _context(file: str, folder: str) -> ssl.SSLContext:
    """One for each setting: loading a store takes 20 ms."""
    context = ssl.create_default_context()
    if not file and not folder:
        import certifi

        context.load_verify_locations(certifi.where())
    return context
