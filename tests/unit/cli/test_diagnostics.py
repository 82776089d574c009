"""Diagnostics: private, bounded, without secrets; what is captured follows the rotation."""

import errno
import io
import logging
import os
import shutil
import stat

import pytest

from scribe_tui.cli import diagnostics
from scribe_tui.cli.diagnostics import Diagnostics, record_fault, start_diagnostics
from scribe_tui.errors import UsageError
from tests.support.waiting import wait_until


@pytest.fixture(autouse=True)
def clean_logging():
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    secrets = set(diagnostics._secrets)
    yield
    diagnostics._secrets.clear()
    diagnostics._secrets.update(secrets)
    for handler in [item for item in root.handlers if item not in before]:
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    logging.getLogger("scribe_tui").setLevel(logging.NOTSET)


def test_the_file_is_private_and_holds_no_key_and_no_password():
    log = start_diagnostics("sk_secret", on_stderr=False)
    try:
        raise ValueError("http://user:hunter2@radio.example with sk_secret")
    except ValueError:
        logging.getLogger("scribe_tui.x").exception("failed with sk_secret")
    text = log.path.read_text()
    assert "Traceback" in text
    assert "sk_secret" not in text
    assert "hunter2" not in text
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_of_an_exception_it_holds_where_and_which_kind_not_what_it_says():
    """Its text may quote what was spoken; that of the system has a number."""
    log = start_diagnostics(None, on_stderr=False)
    spoken = "the patient is awake"
    try:
        try:
            raise OSError(errno.ENOSPC, spoken)
        except OSError as error:
            raise ValueError(spoken) from error
    except ValueError:
        logging.getLogger("scribe_tui.x").exception("a part failed")
    text = log.path.read_text()
    assert "OSError ENOSPC\n" in text
    assert text.index("OSError ENOSPC") < text.rindex("ValueError")
    assert "test_diagnostics.py" in text
    assert spoken not in text.replace(f'"{spoken}"', "")


def test_stderr_gets_warnings_as_single_lines_without_traceback(capsys):
    start_diagnostics(None, on_stderr=True)
    try:
        raise ValueError("inner")
    except ValueError:
        logging.getLogger("scribe_tui.x").exception("a part\nfailed")
    logging.getLogger("scribe_tui.x").info("detail")
    assert capsys.readouterr().err == "scribe-tui: a part failed\n"


def test_what_is_logged_rotates_and_stays_bounded(monkeypatch):
    monkeypatch.setattr(diagnostics, "MAX_BYTES", 2000)
    log = start_diagnostics(None, on_stderr=False)
    for number in range(500):
        logging.getLogger("scribe_tui.x").warning("event %d", number)
    files = list(log.path.parent.iterdir())
    assert len(files) == 1 + diagnostics.BACKUPS
    assert sum(file.stat().st_size for file in files) <= 4 * 2000
    assert "event 499" in log.path.read_text()


def test_a_secret_is_masked_from_the_moment_it_is_known(capsys):
    diagnostics.keep_out("sk_early")
    log = start_diagnostics(None, on_stderr=True)
    logging.getLogger("scribe_tui.x").warning("sk_early at http://user:hunter2@radio.example")
    assert "*** at http://radio.example" in log.path.read_text()
    assert capsys.readouterr().err == "scribe-tui: *** at http://radio.example\n"


def test_captured_descriptors_follow_the_file_and_its_size_stays_bounded(monkeypatch):
    monkeypatch.setattr(diagnostics, "MAX_BYTES", 1000)
    monkeypatch.setattr(diagnostics, "_LOOK_SECONDS", 0.01)
    reading, captured = os.pipe()
    os.close(reading)
    log = Diagnostics()
    try:
        log.capture(captured)
        first = os.fstat(captured).st_ino
        os.write(captured, b"a library said this\n" * 100)
        wait_until(lambda: os.fstat(captured).st_ino != first)
        os.write(captured, b"after\n")
        assert log.path.read_bytes() == b"after\n"
        assert log.path.with_name("scribe-tui.log.1").read_bytes().startswith(b"a library")
    finally:
        log.close()
        os.close(captured)


def test_a_folder_that_cannot_be_written_is_a_sentence(monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/proc/nowhere")
    with pytest.raises(UsageError, match="diagnostics folder") as caught:
        start_diagnostics(None, on_stderr=False)
    assert "XDG_STATE_HOME" in caught.value.remedy


def test_a_pipe_in_the_place_of_the_file_is_a_sentence_and_is_not_waited_for():
    folder = start_diagnostics(None, on_stderr=False).path.parent
    (folder / "scribe-tui.log").unlink()
    os.mkfifo(folder / "scribe-tui.log")
    with pytest.raises(UsageError, match="diagnostics folder"):
        start_diagnostics(None, on_stderr=False)


class Full(io.StringIO):
    """Takes nothing."""

    def write(self, _):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_once_and_without_what_was_to_be_logged(monkeypatch, capsys):
    """The library's own way is a traceback for each record, with its arguments as they are."""
    log = start_diagnostics("sk_secret", on_stderr=False)
    assert log.stream is not None
    log.stream.close()
    monkeypatch.setattr(log, "stream", Full())
    for _ in range(3):
        logging.getLogger("scribe_tui.x").warning("of %s", "sk_secret")
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "No space left" in told
    assert str(log.path.parent) in told
    assert "sk_secret" not in told


def test_a_folder_that_is_gone_when_the_file_is_full_costs_no_thread(monkeypatch, capsys):
    monkeypatch.setattr(diagnostics, "MAX_BYTES", 10)
    monkeypatch.setattr(diagnostics, "_LOOK_SECONDS", 0.01)
    log = Diagnostics()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    log.capture(nowhere)
    os.write(nowhere, b"more than ten bytes")
    shutil.rmtree(log.path.parent)
    wait_until(lambda: "cannot be written" in capsys.readouterr().err)
    log.close()
    os.close(nowhere)


def test_a_fault_is_kept_with_its_place():
    try:
        raise KeyError("of ours")
    except KeyError as error:
        path = record_fault(error)
    assert "test_diagnostics.py" in path.read_text()
    assert "\nKeyError\n" in path.read_text()
