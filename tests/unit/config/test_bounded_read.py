"""A settings file that is a pipe: its writer is waited for, but not for ever."""

from __future__ import annotations

import os
import threading

import pytest

from scribe_tui.config import load
from scribe_tui.config import toml as toml_module
from scribe_tui.config.bounded_read import read_soon
from scribe_tui.errors import UsageError

TEXT = b'[[source]]\nsource = "mic"\n'


@pytest.fixture
def pipe(tmp_path):
    path = tmp_path / "settings"
    os.mkfifo(path)
    return path


def test_a_pipe_without_a_writer_ends_with_a_sentence(pipe, monkeypatch):
    monkeypatch.setattr(toml_module, "read_soon", lambda path, most: read_soon(path, most, 0.01))
    with pytest.raises(UsageError, match=r"Nothing has been written into .*settings for"):
        load({}, [], {}, pipe)


def test_a_terminal_where_nothing_is_typed_ends_too():
    master, slave = os.openpty()
    try:
        with pytest.raises(TimeoutError):
            read_soon(os.ttyname(slave), 100, 0.01)
    finally:
        os.close(master)
        os.close(slave)


def test_a_writer_that_comes_later_and_writes_in_pieces_is_read_whole(pipe):
    def write():
        with pipe.open("wb", buffering=0) as writer:
            for byte in TEXT:
                writer.write(bytes([byte]))

    thread = threading.Thread(target=write)
    thread.start()
    assert read_soon(pipe, 100_000) == TEXT
    thread.join()


def test_a_device_without_end_is_read_no_further_than_allowed():
    assert read_soon("/dev/zero", 100_000) == bytes(100_000)


def test_a_file_is_read_at_once_and_whole(tmp_path):
    file = tmp_path / "x"
    file.write_bytes(TEXT)
    assert read_soon(file, 1000, 0.0) == TEXT
    assert read_soon(file, 5, 0.0) == TEXT[:5]
    with pytest.raises(IsADirectoryError):
        read_soon(tmp_path, 5)
