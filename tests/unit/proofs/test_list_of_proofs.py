"""The list of proofs names programs that are there, and leaves out none."""

from __future__ import annotations

import re
from importlib.util import find_spec

from tests.proofs.__main__ import PROOFS
from tests.support.readme import README


def test_each_proof_of_the_list_is_a_program() -> None:
    for command in PROOFS:
        spec = find_spec(f"tests.proofs.{command.split()[0]}")
        assert spec is not None, command
        if spec.submodule_search_locations is not None:
            assert find_spec(f"{spec.name}.__main__") is not None, command


def test_the_list_holds_all_that_the_readme_names() -> None:
    named = re.findall(r"`python -m tests\.proofs\.([a-z_.]+)", README.read_text(encoding="utf-8"))
    assert named
    assert set(named) <= {command.split()[0] for command in PROOFS}
