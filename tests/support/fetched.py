"""Answers of a web server, and how much sound a source makes of them."""

from __future__ import annotations

from collections.abc import Callable

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.web_source import WebSource

FAST = SourceOptions(speed=16.0)
OK = b"HTTP/1.1 200 OK\r\n"


def answered(body: bytes, *headers: str, kind: str = "audio/mpeg") -> bytes:
    lines = [f"Content-Type: {kind}", *headers]
    return OK + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


def first_asked_for(head: str) -> int:
    """Return the first byte that a request's head asks for."""
    asked = head.partition("Range: bytes=")[2]
    return int(asked.partition("-")[0]) if asked else 0


def serve(files: dict[str, bytes], head: str) -> bytes:
    path = head.split(" ")[1].partition("?")[0]
    if path not in files:
        return b"HTTP/1.1 404 Not Found\r\n\r\n"
    return answered(files[path], kind="application/octet-stream")


def live_list(files: dict[str, bytes], *lists: str) -> Callable[[str], bytes]:
    """Return a server of `files` and of `/list`: one of `lists` after the other, then the last."""
    further = iter(lists)
    newest = [next(further)]

    def answer(head: str) -> bytes:
        path = head.split(" ")[1]
        if path != "/list":
            return answered(files[path], kind="video/mp2t")
        text, newest[0] = newest[0], next(further, newest[0])
        return answered(text.encode())

    return answer


async def listen(url: str, audio_format: AudioFormat, options: SourceOptions = FAST) -> float:
    samples = 0
    async with WebSource(url, audio_format, options) as source:
        async for chunk in source:
            samples += chunk.samples
    assert not source.is_live
    return audio_format.seconds(samples)
