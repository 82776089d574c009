"""PipeTap: passes what a program writes into a pipe on to the decoder and examines it on its way.

Whether a recording is whole shows in its beginning, its end and its size, which cannot be read from
a pipe afterwards. A thread of its own waits for the writer, without a limit.
"""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Iterator

from scribe_tui.audio.containers.beginnings import sign_in
from scribe_tui.audio.containers.declared_size import HEAD_BYTES
from scribe_tui.audio.containers.joined import JoinedWatch
from scribe_tui.audio.containers.told_end import ToldEnd
from scribe_tui.audio.containers.transport_stream import TracksWatch, is_transport_stream
from scribe_tui.audio.containers.wav import PcmLayout
from scribe_tui.audio.losses.cut_short import Stored, stored_as
from scribe_tui.audio.losses.damage import TAIL_BYTES

PIECE_BYTES = 64 * 1024


class PipeTap:
    """Takes over `source`, a descriptor. `outlet` is the end that a decoder reads from.

    For a WAV whose `layout` declares a length, `ToldEnd` examines the bytes behind that length.
    Raises OSError where there are no more descriptors.
    """

    def __init__(self, source: int, layout: PcmLayout | None = None, before: bytes = b"") -> None:
        """`before`: bytes that were read from it already."""
        self._source = source
        self._before = before
        self._following: bytes | None = None
        self._is_stopped = False
        self._lock = threading.Lock()
        self._told = ToldEnd(layout)
        self._woken, self._wake = os.pipe()
        try:
            self.outlet, self._inlet = os.pipe()
        except OSError:
            os.close(self._woken)
            os.close(self._wake)
            raise
        self._head = b""
        self._size = 0
        self.tail = b""
        self.tracks: TracksWatch | None = None
        """Of a transport stream."""
        self.joined = JoinedWatch()
        self.failure: OSError | None = None
        """Why it could not be read to its end."""
        self._thread: threading.Thread | None = None

    @property
    def stored(self) -> Stored | None:
        """Size, beginning and end of what passed; valid at the end."""
        return stored_as(self._head, self._size) if self._head else None

    @property
    def head(self) -> bytes:
        """The first bytes that came."""
        return self._head

    def take_following(self) -> tuple[int, bytes] | None:
        """The rest of the pipe behind the declared end of the recording; valid at the end.

        Returns the descriptor, which belongs to the caller then, and the bytes already read from
        it, which begin another recording. None: the pipe was read to its end.
        """
        with self._lock:
            following, self._following = self._following, None
        return None if following is None else (self._source, following)

    def start(self) -> None:
        """Begin, once the decoder has inherited `outlet`; our copy of that descriptor is closed."""
        thread = threading.Thread(target=self._run, name="pipe-tap", daemon=True)
        thread.start()
        self._thread = thread
        os.close(self.outlet)

    def stop(self) -> None:
        """End the thread; blocks as long as a decoder still has `outlet` open."""
        if self._thread is None:
            for descriptor in (self._source, self._woken, self.outlet, self._inlet):
                os.close(descriptor)
        with self._lock:
            self._is_stopped = True
            if self._following is not None:
                self._following = None
                os.close(self._source)
        os.close(self._wake)

    def _run(self) -> None:
        pieces, is_left = self._pieces(), False
        try:
            with open(self._inlet, "wb", buffering=0) as inlet:  # noqa: PTH123 - a descriptor
                for piece in self._sound(pieces):
                    written = 0
                    while written < len(piece):
                        written += inlet.write(piece[written:]) or 0
                is_left = self._leave_following()
            if not is_left:
                for _ in pieces:
                    pass  # what is no sound: its writer need not know
        except OSError:
            pass  # the decoder has all that it wants, or is gone
        finally:
            if not is_left:
                os.close(self._source)
            os.close(self._woken)

    def _leave_following(self) -> bool:
        """Whether to leave the source open, since another recording begins in the bytes read."""
        at = sign_in(self._told.rest)
        with self._lock:
            if at is None or self._is_stopped:
                return False
            self._following = self._told.rest[at:]
            return True

    def _sound(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The sound in these pieces."""
        for piece in pieces:
            yield self._told.feed(piece)
            if self._told.is_over:
                return
        yield self._told.finish()

    def _pieces(self) -> Iterator[bytes]:
        """The bytes from the writer, until it closes the pipe, a read fails or `stop` is called."""
        waiting = select.poll()
        waiting.register(self._source, select.POLLIN)
        waiting.register(self._woken, select.POLLIN)
        while True:
            piece, self._before = self._before, b""
            if not piece:
                if self._woken in dict(waiting.poll()):
                    return
                try:
                    piece = os.read(self._source, PIECE_BYTES)
                except OSError as failure:
                    self.failure = failure
                    return
            if not piece:
                return
            if not self._size and is_transport_stream(piece):
                self.tracks = TracksWatch()
            if self.tracks is not None:
                self.tracks.feed(piece)
            self._head += piece[: HEAD_BYTES - len(self._head)]
            self.tail = (self.tail + piece)[-TAIL_BYTES:]
            self._size += len(piece)
            self.joined.feed(piece)
            yield piece
