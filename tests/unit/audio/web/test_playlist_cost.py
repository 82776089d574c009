"""Playlists come from the net: what it costs to take one apart grows as its length, no faster."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest

from scribe_tui.audio.web import hls
from scribe_tui.audio.web.playlist import is_web_page, parse_playlist

if TYPE_CHECKING:
    from _typeshed import TraceFunction

LENGTH = 30_000
HOSTILE: dict[str, Callable[[int], str]] = {
    "xspf of spaces": lambda n: "<playlist xspf><location>" + " " * n,
    "xspf of locations": lambda n: "<playlist xspf>" + "<location>" * (n // 10),
    "xspf of ampersands": lambda n: "<playlist xspf><location>" + "&" * n,
    "pls of equals": lambda n: "[playlist]\n" + "File1=" * (n // 6),
    "pls of files": lambda n: "[playlist]\n" + "File1= \n" * (n // 8),
    "pls of digits": lambda n: "[playlist]\nFile" + "1" * n,
    "asx of refs": lambda n: "<asx " + "<ref " * (n // 5),
    "asx of hrefs": lambda n: "<asx <ref " + "href " * (n // 5) + ">",
    "asx of quotes": lambda n: "<asx <ref href=" + "'" * n + ">",
    "m3u of spaces": lambda n: "#EXTM3U\n" + " " * n,
    "m3u of lines": lambda n: "#EXTM3U\n" + "\n#" * (n // 2),
    "master of attributes": lambda n: "#EXTM3U\n#EXT-X-STREAM-INF:" + "A=" * (n // 2) + "\nx",
    "master of quotes": lambda n: '#EXTM3U\n#EXT-X-STREAM-INF:A="' + 'A="' * (n // 3) + "\nx",
    "page": lambda n: "<html" + "<" * n,
}


def read(text: str) -> None:
    is_web_page(text)
    parse_playlist(text, "http://radio.example/a")
    hls.renditions(text)
    hls.rewritten(text, lambda part: part.address)


def steps(text: str) -> int:
    """Lines and calls of Python that taking `text` apart needs."""
    count = 0

    def trace(frame: FrameType, event: str, arg: Any) -> TraceFunction:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


def cpu_seconds(text: str) -> float:
    began = time.process_time()
    read(text)
    return time.process_time() - began


@pytest.mark.some(5)
@pytest.mark.parametrize("kind", HOSTILE)
def test_twice_the_text_costs_twice_the_steps(kind: str) -> None:
    make = HOSTILE[kind]
    read(make(10))
    once, twice = steps(make(LENGTH)), steps(make(2 * LENGTH))
    assert twice <= 2.2 * once + 200


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", HOSTILE)
def test_sixteen_times_the_text_costs_no_square(kind: str) -> None:
    """What runs in C has no steps; where it is linear 16 times the text is 16 times the work."""
    make = HOSTILE[kind]
    once = min(cpu_seconds(make(LENGTH)) for _ in range(3))
    much = min(cpu_seconds(make(16 * LENGTH)) for _ in range(2))
    assert much <= 100 * once + 0.05
