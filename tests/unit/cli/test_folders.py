"""Where files go for users without a home, and from folders that are gone."""

import os
import pwd
import stat
import tempfile
from pathlib import Path

import pytest

from scribe_tui.cli.folders import diagnostics_folder, sessions_folder
from scribe_tui.errors import UsageError


@pytest.fixture
def homeless(monkeypatch, tmp_path):
    """A user whom the machine does not know, as in a container started with --user 12345."""

    def unknown(_):
        raise KeyError("uid not found")

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path))
    return tmp_path / f"scribe-tui-{os.getuid()}"


def test_a_user_without_a_home_has_a_folder_of_his_own(homeless):
    assert diagnostics_folder() == homeless / "diagnostics"
    assert sessions_folder(None) == homeless / "sessions"
    assert stat.S_IMODE(homeless.stat().st_mode) == 0o700


@pytest.mark.parametrize("prepare", [lambda f: f.symlink_to("/"), lambda f: f.write_text("")])
def test_what_a_stranger_put_there_is_not_used(homeless, prepare):
    prepare(homeless)
    with pytest.raises(UsageError, match="no home") as caught:
        diagnostics_folder()
    assert "XDG_STATE_HOME" in caught.value.remedy


def test_a_folder_that_others_may_write_is_not_used(homeless):
    homeless.mkdir()
    homeless.chmod(0o777)
    with pytest.raises(UsageError, match="not ours alone"):
        diagnostics_folder()


@pytest.mark.parametrize("home", ["", "/nonexistent"])
def test_a_home_that_is_none_counts_as_none(homeless, monkeypatch, home):
    monkeypatch.setenv("HOME", home)
    assert diagnostics_folder() == homeless / "diagnostics"


def test_the_environment_goes_before_a_missing_home(homeless, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert sessions_folder(None) == tmp_path / "state" / "scribe-tui" / "sessions"


def test_a_relative_folder_needs_one_to_count_from(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(UsageError, match="working folder"):
        sessions_folder(Path("logs"))


def test_where_nothing_can_be_written_at_all_there_is_a_sentence(homeless, monkeypatch):
    """As in a container whose file system is read-only."""

    def nowhere():
        raise FileNotFoundError(2, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with pytest.raises(UsageError, match="no home") as caught:
        diagnostics_folder()
    assert "XDG_STATE_HOME" in caught.value.remedy
