"""A self-signed certificate for servers of the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support.requirements import need


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Create a self-signed certificate of localhost and its key in `folder`; return both paths."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key
