"""Each test has a home of its own: no key, no `.env`, no state of the person who runs it."""

import os

import pytest

from scribe_tui import cli
from tests.support.journals import closed, missed, opened, said, write
from tests.support.past import ROOT, RUN


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in list(os.environ):
        if name.startswith("SCRIBE_") or name == "ELEVENLABS_API_KEY":
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """A log folder with one run of two sources."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SCRIBE_LOG_DIR", str(tmp_path / "logs"))
    monkeypatch.setenv("TZ", "UTC")
    run = tmp_path / "logs" / RUN
    events = [said(1, "the bridge is closed"), said(2, "call 555"), missed(40, 54.2), closed()]
    write(run, [opened(), *events])
    write(run, [opened("talk"), said(3, "a bridge too far", "talk"), closed("talk")])
    return tmp_path / "logs"


@pytest.fixture
def both(logs, capfd):
    """Runs a command within this process: what it prints, and its complaints. It ends with the
    exit code `code`, and never with a traceback.
    """

    def called(*words, code=0):
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        assert left.value.code == code, err
        return out, err

    return called


@pytest.fixture
def run(both):
    """As `both`: what it prints, or its complaint where it was used wrongly."""
    return lambda *words, code=0: both(*words, code=code)[0 if code in (0, 1) else 1]
