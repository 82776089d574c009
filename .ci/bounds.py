"""The oldest versions that pyproject.toml allows, as constraints for pip.

`python .ci/bounds.py > lowest.txt && pip install -c lowest.txt -e '.[ffmpeg,offline,dev]'`.
What users install by default is the newest allowed; nobody would notice that the oldest no
longer works. Tools of development are left as they are.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)[>=]=(?P<lowest>[\w.]+)[^;]*(?P<marker>;.*)?")


def lowest(requirement: str) -> str:
    """`click>=8.1.8,<9` becomes `click==8.1.8`. Raises ValueError where no bound is given."""
    found = REQUIREMENT.fullmatch(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} has no lower bound")
    return f"{found['name']}=={found['lowest']}{found['marker'] or ''}"


def main() -> None:
    """Print one constraint a line."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    used = [each for name, extra in extras.items() if name != "dev" for each in extra]
    for requirement in [*project["dependencies"], *used]:
        sys.stdout.write(lowest(requirement) + "\n")


if __name__ == "__main__":
    main()
