"""Recognition processes: a nursery that holds the model in memory and forks one a stream.

`python -m scribe_tui.local.recognition.fork_server` is started by `workers.Workers` with one end
of a socket pair as standard input. Each byte that comes over it carries a socket; the nursery
forks, and the child serves that socket until its other end closes. So each stream has a
process of its own that starts within milliseconds, shares the model's memory with the
others, gets its fair part of the processors and can fail only by itself.

Forking is safe here: the nursery has one thread and does nothing else. Nothing outlives
the program: when it ends, however it ends, every socket closes, and with it each process.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from typing import Any, BinaryIO

from scribe_tui.local.recognition.messages import (
    AUDIO,
    COMMIT,
    HEADER,
    SETUP,
    Alive,
    Consumed,
    Result,
    settings_from,
    to_line,
)
from scribe_tui.local.recognition.recognizer import Inlet, Recognizer, load_model
from scribe_tui.local.recognition.segmenter import Segmenter

READY = b"R"


def main() -> None:
    """Load the model, then fork for every socket until the program is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the program
    control = socket.socket(fileno=0)
    decoder = load_model()
    gc.freeze()  # collecting would touch, and so copy, pages shared with the children
    children: set[int] = set()
    signal.signal(signal.SIGCHLD, lambda *_: _reap(children))
    control.sendall(READY)
    while True:
        message, sockets, _, _ = socket.recv_fds(control, 1, 1)
        if not message:
            break
        for descriptor in sockets:
            _fork(control, descriptor, decoder, children)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _fork(control: socket.socket, descriptor: int, decoder: Any, children: set[int]) -> None:
    # A child that is over before its number is noted must not be reaped before either.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if child:
        os.close(descriptor)
        children.add(child)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        control.close()
        serve(socket.socket(fileno=descriptor), decoder)
        os._exit(0)
    except BaseException:  # noqa: BLE001 - told on standard error, and the process ends
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _reap(children: set[int]) -> None:
    for child in tuple(children):
        if os.waitpid(child, os.WNOHANG)[0]:
            children.discard(child)


def serve(stream: socket.socket, decoder: Any) -> None:
    """Recognise what comes over `stream` until its other end closes."""
    try:
        with stream.makefile("rb") as frames, stream.makefile("wb", buffering=0) as lines:
            _converse(frames, lines, decoder)
    except (BrokenPipeError, ConnectionResetError):
        return  # nobody wants the answer any more


def _converse(frames: BinaryIO, lines: Any, decoder: Any) -> None:
    def tell(result: Result) -> None:
        lines.write(to_line(result))

    tell(Alive(os.getpid()))
    inlet, segmenter = None, None
    while header := frames.read(HEADER.size):
        kind, size = HEADER.unpack(header)
        body = frames.read(size)
        if kind == SETUP:
            settings = settings_from(body)
            inlet = Inlet(settings.audio_format)
            segmenter = Segmenter(Recognizer(decoder, settings), settings)
        assert inlet is not None and segmenter is not None, "the setup frame comes first"
        if kind == AUDIO:
            for result in segmenter.feed(inlet.pcm(body)):
                tell(result)
            tell(Consumed(size))
        elif kind == COMMIT:
            tell(segmenter.commit())


if __name__ == "__main__":
    main()
