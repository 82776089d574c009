"""Which certificates are trusted on connections this program opens: the machine's and certifi's."""

from __future__ import annotations

import functools
import os
import ssl
from pathlib import Path


def tls_context() -> ssl.SSLContext:
    """A context that verifies certificate and host name.

    `SSL_CERT_FILE` or `SSL_CERT_DIR` in the environment replace the machine's store. If neither
    is set, certifi's certificates are trusted as well, for machines whose store is empty or
    out of date. If `SSL_CERT_FILE` names something that is not a file, nothing is trusted.
    """
    return _context(os.environ.get("SSL_CERT_FILE", ""), os.environ.get("SSL_CERT_DIR", ""))


@functools.cache
def _context(file: str, folder: str) -> ssl.SSLContext:
    """The context for these two settings, kept for reuse: loading a store takes 20 ms."""
    if file and Path(file).exists() and not Path(file).is_file():
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the library would wait for a pipe's writer
    context = ssl.create_default_context()
    if not file and not folder:
        import certifi

        context.load_verify_locations(certifi.where())
    return context
