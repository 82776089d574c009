"""What is left to CI is all run there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.readme import ROOT

TESTS = """
import pytest

@pytest.mark.long
def test_long(): pass

@pytest.mark.some(2)
@pytest.mark.parametrize("example", range(5))
@pytest.mark.parametrize("other", [1, pytest.param(2, marks=pytest.mark.long)])
def test_examples(example, other): pass

def test_ordinary(): pass
"""


@pytest.mark.parametrize(
    ("ci", "passed"),
    [
        pytest.param(
            "",
            {"test_examples[1-0]", "test_examples[1-2]", "test_ordinary"},
            marks=pytest.mark.long,
        ),
        (
            "1",
            {f"test_examples[{other}-{example}]" for other in (1, 2) for example in range(5)}
            | {"test_long", "test_ordinary"},
        ),
    ],
    ids=["by default", "in CI"],
)
def test_ci_runs_every_test(tmp_path: Path, ci: str, passed: set[str]) -> None:
    (tmp_path / "test_marked.py").write_text(TESTS, encoding="utf-8")
    options = ["-vv", "-n", "0", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-c", ROOT / "pyproject.toml", tmp_path],
        cwd=ROOT, env={**os.environ, "CI": ci}, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    lines = [line.split("::")[1].split() for line in done.stdout.splitlines() if "::" in line]
    assert {line[0] for line in lines if line[1] == "PASSED"} == passed
    assert len(lines) == len(passed)
    assert (f"{12 - len(passed)} tests are left to CI" in done.stdout) == (not ci)
