"""The help is enough to work from, and quick; commands and sources are told apart."""

import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from scribe_tui import __version__
from scribe_tui.cli.program import program
from scribe_tui.config import OPTIONS
from scribe_tui.settings import RESIDENCY_HOSTS

HEAVY = ("textual", "elevenlabs", "sounddevice", "pydub", "websockets", "moonshine_voice", "httpx")


def help_of(*arguments):
    result = CliRunner().invoke(program, [*arguments, "--help"])
    assert result.exit_code == 0
    return result.output


@pytest.mark.parametrize("command", [(), ("record",), ("doctor",)])
def test_help_names_every_option_with_its_limits(command):
    text = help_of(*command)
    for option in OPTIONS:
        name = option.flag.removeprefix("--")
        assert f"--{name}" in text or f"--[no-]{name}" in text
    assert "0.3 to 3" in text
    assert "ulaw_8000" in text


def test_help_has_commands_examples_sources_key_and_residency_hosts():
    text = help_of()
    for command in ("record", "demo", "local", "devices", "doctor"):
        assert f"\n  {command} " in text
    for word in ("Examples", "[[source]]", "mic:NAME", "SCRIBE_", "ELEVENLABS_API_KEY"):
        assert word in text
    assert all(host in text for host in RESIDENCY_HOSTS)
    assert "api-key" not in text
    assert "monitor  " not in text
    assert help_of("mic") == text


def test_version():
    result = CliRunner().invoke(program, ["--version"])
    assert result.output == f"scribe-tui {__version__}\n"


def test_the_version_is_that_of_the_package():
    with (Path(__file__).parents[3] / "pyproject.toml").open("rb") as file:
        assert tomllib.load(file)["project"]["version"] == __version__


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom scribe_tui.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        f"print('LOADED', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize(
    ("arguments", "called", "sources"),
    [
        (["mic"], "monitor", ("mic",)),
        (["--language", "en", "a=mic", "mic:2"], "monitor", ("a=mic", "mic:2")),
        (["--no-timestamps", "mic"], "monitor", ("mic",)),
        (["record", "mic"], "record", ("mic",)),
        (["doctor"], "doctor", ()),
        (["mic", "record"], "monitor", ("mic", "record")),
        ([], "monitor", ()),
    ],
)
def test_a_first_word_that_is_no_command_is_a_source(monkeypatch, arguments, called, sources):
    seen = {}
    monkeypatch.setattr(
        "scribe_tui.cli.start.read_settings", lambda given: SimpleNamespace(**given)
    )
    for name in ("monitor", "record", "doctor"):
        monkeypatch.setattr(
            f"scribe_tui.cli.{name}.run_{name}",
            lambda given, name=name: seen.update(vars(given), command=name),
        )
    result = CliRunner().invoke(program, arguments, standalone_mode=False)
    assert result.exception is None
    assert (seen["command"], seen["sources"]) == (called, sources)
