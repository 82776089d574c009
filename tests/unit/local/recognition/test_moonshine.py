"""The room of the recogniser's library: what it relies on, and what it says where it is missing."""

import ctypes
import platform
import re
from pathlib import Path

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.local.recognition import moonshine
from tests.support.offline import need_recogniser

ROOT = Path(__file__).parents[4]


def test_the_structures_are_those_of_the_library():
    need_recogniser()
    from moonshine_voice import moonshine_api

    for ours, theirs in (
        (moonshine._Line, moonshine_api.TranscriptLineC),
        (moonshine._Transcript, moonshine_api.TranscriptC),
        (moonshine._Option, moonshine_api.TranscriberOptionC),
    ):
        assert ctypes.sizeof(ours) == ctypes.sizeof(theirs)
        for name, *_ in ours._fields_:
            assert getattr(ours, name).offset == getattr(theirs, name).offset
    assert moonshine._INTERFACE_VERSION == moonshine_api.MOONSHINE_HEADER_VERSION


def test_the_pin_names_the_last_release_with_the_model_in_its_wheel():
    need_recogniser()
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (version,) = re.findall(r'"moonshine-voice==([\d.]+)', project)
    from importlib.metadata import version as installed

    assert installed("moonshine-voice") == version
    assert moonshine.Moonshine()._model_folder.is_dir()


@pytest.mark.parametrize(
    ("system", "machine", "libc", "says"),
    [
        ("Linux", "x86_64", "glibc", "pip install 'scribe-tui[offline]'"),
        ("Darwin", "arm64", "", "pip install 'scribe-tui[offline]'"),
        ("Darwin", "x86_64", "", "Darwin on x86_64"),
        ("Linux", "riscv64", "glibc", "Linux on riscv64"),
        ("Linux", "x86_64", "musl", "Linux on x86_64"),
    ],
)
def test_a_missing_recogniser_is_one_sentence_with_what_works(
    system, machine, libc, says, monkeypatch
):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(platform, "system", lambda: system)
    monkeypatch.setattr(platform, "machine", lambda: machine)
    monkeypatch.setattr(platform, "libc_ver", lambda: (libc, "2.36"))
    with pytest.raises(UsageError) as missing:
        moonshine.check_installed()
    assert says in missing.value.sentence
    if "pip" not in says:
        assert "--endpoint" in missing.value.sentence
