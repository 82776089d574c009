"""The private names of sounddevice: there, of use, and done without where they are not."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest

from scribe_tui.audio.microphone.portaudio_private import (
    AT_EXIT,
    INITIALISING,
    leave_alone_at_exit,
    look_again,
)
from tests.support.requirements import need_module


def test_the_names_are_where_they_were() -> None:
    need_module("sounddevice")
    try:
        sounddevice = importlib.import_module("sounddevice")
    except OSError:
        pytest.skip("this machine has no PortAudio")
    for name in (*INITIALISING, AT_EXIT):
        assert callable(getattr(sounddevice, name))


def test_devices_are_looked_for_anew_unless_a_stream_is_open() -> None:
    calls: list[str] = []
    library = SimpleNamespace(
        _terminate=lambda: calls.append("end"), _initialize=lambda: calls.append("begin")
    )
    look_again(library, are_open=True)
    assert not calls
    look_again(library, are_open=False)
    assert calls == ["end", "begin"]


def test_without_them_nothing_is_done() -> None:
    for library in (SimpleNamespace(), SimpleNamespace(_terminate=lambda: 1 / 0)):
        look_again(library, are_open=False)
        leave_alone_at_exit(library)
