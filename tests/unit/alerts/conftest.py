"""A certificate of one's own, for servers of the tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.certificate import make_certificate


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file with key and certificate for `localhost`."""
    path, key = make_certificate(tmp_path_factory.mktemp("certificate"))
    path.write_text(path.read_text() + key.read_text())
    return path
