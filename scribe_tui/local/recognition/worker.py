"""The recognition process: `python -m scribe_tui.local.recognition.worker`.

`service` writes frames to its standard input (`messages`) and reads lines from its standard
output. The main thread reads frames, detects voice and cuts streams; a few threads, each with
the model loaded, recognise the jobs of the schedule. They run in parallel because the library
computes without Python's lock.

The process has a low priority (`NICE`), and it ends when its standard input ends, even if the
program was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from array import array
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Final

from scribe_tui.local.recognition.messages import (
    AUDIO,
    CLOSE,
    COMMIT,
    HEADER,
    NO_STREAM,
    OPEN,
    Capacity,
    Line,
    OpenText,
    Ready,
    RecognitionProgress,
    RecognitionSettings,
    opened,
    to_line,
)
from scribe_tui.local.recognition.moonshine import (
    FRAME_SAMPLES,
    MODEL_RATE,
    SINGLE_THREAD_VARIABLE,
    Moonshine,
    Recogniser,
    VoiceDetector,
)
from scribe_tui.local.recognition.schedule import PARTIAL_SECONDS, RecognitionSchedule, StreamState
from scribe_tui.local.recognition.segmenter import Segmenter
from scribe_tui.local.recognition.sound import SampleReader

NICE: Final = 10
"""Niceness of the process: the program's screen and other programs come first."""
MAX_THREADS: Final = 4
"""Most recognising threads; each has its own model of 100 MB."""
_TURN_SAMPLES: Final = VoiceDetector.WARM_UP_FRAMES * FRAME_SAMPLES
"""Fewest samples for one turn of the voice detector: shorter turns are mostly warm-up."""
_LOOK_SECONDS: Final = 0.5


def recognising_threads() -> int:
    """How many threads to use: one per available processor, `MAX_THREADS` at most."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        processors = os.cpu_count() or 1
    return max(1, min(MAX_THREADS, processors))


class Stream:
    """One stream in the process: collects its sound and passes it to its segmenter."""

    def __init__(self, number: int, settings: RecognitionSettings, start_seconds: float) -> None:
        self._threshold = settings.vad_threshold
        self._reader = SampleReader(settings.audio_format)
        self._waiting = array("f")
        self._before = array("f")
        segmenter = Segmenter(settings, MODEL_RATE, FRAME_SAMPLES, start_seconds)
        self.state = StreamState(number, segmenter, settings.commits_by_vad)
        self.partial_at = start_seconds
        self.reported: RecognitionProgress | None = None
        self.reported_text = ""

    def add(self, audio: bytes) -> None:
        """Take sound in wire format."""
        self._waiting.extend(self._reader.samples(audio))

    def turn(self, detector: VoiceDetector, least: int) -> tuple[array[float], list[bool]]:
        """Take the waiting whole frames; returns their samples and whether each is voiced.

        Returns nothing if fewer than `least` samples wait.
        """
        size = len(self._waiting) // FRAME_SAMPLES * FRAME_SAMPLES
        if size < max(least, FRAME_SAMPLES):
            return array("f"), []
        samples, self._waiting = self._waiting[:size], self._waiting[size:]
        voiced = detector.voiced(self, self._threshold, self._before, samples)
        self._before = (self._before + samples)[-_TURN_SAMPLES:]
        return samples, voiced


class Worker:
    """Owns the streams, the schedule, and the lock that guards them."""

    def __init__(self, library: Moonshine, output: BinaryIO, threads: int) -> None:
        self._detector = library.voice_detector()
        self._output = output
        self._changed = threading.Condition()
        self._schedule = RecognitionSchedule(threads)
        self._streams: dict[int, Stream] = {}
        self._capacity = Capacity(0)

    def serve(self, frames: BinaryIO) -> None:
        """Handle frames until the end of the input."""
        self._report(NO_STREAM, Ready())
        while header := frames.read(HEADER.size):
            kind, number, size = HEADER.unpack(header)
            body = frames.read(size)
            if kind == OPEN:
                self._open(number, *opened(body))
            elif (stream := self._streams.get(number)) is None:
                continue
            elif kind == AUDIO:
                stream.add(body)
                self._cut(stream, least=_TURN_SAMPLES)
            elif kind == COMMIT:
                self._cut(stream, least=0, commit=True)
            elif kind == CLOSE:
                with self._changed:
                    del self._streams[number], self._schedule.streams[number]

    def recognise(self, recogniser: Recogniser) -> None:
        """Do jobs without end; each recognising thread runs this."""
        while True:
            with self._changed:
                job = self._schedule.next(time.monotonic())
                while job is None:
                    self._changed.wait(_LOOK_SECONDS)
                    job = self._schedule.next(time.monotonic())
            text = recogniser.text(job.samples)
            with self._changed:
                self._schedule.finished(job, text, time.monotonic())
                self._report_capacity()
                stream = self._streams.get(job.stream.number)
                if stream is not None and stream.state is job.stream:
                    self._report_on(stream)
                self._changed.notify()

    def _open(self, number: int, settings: RecognitionSettings, start_seconds: float) -> None:
        stream = Stream(number, settings, start_seconds)
        with self._changed:
            self._streams[number] = stream
            self._schedule.streams[number] = stream.state

    def _cut(self, stream: Stream, *, least: int, commit: bool = False) -> None:
        samples, voiced = stream.turn(self._detector, least)
        if not voiced and not commit:
            return
        with self._changed:
            stream.state.segmenter.feed(samples, voiced, time.monotonic())
            if commit:
                stream.state.segmenter.commit()
            self._report_on(stream)
            self._changed.notify_all()

    def _report_on(self, stream: Stream) -> None:
        segmenter, number = stream.state.segmenter, stream.state.number
        for segment in segmenter.closed():
            stream.reported_text = ""
            self._report(number, segment)
        text = segmenter.segment.text
        is_due = segmenter.seconds - stream.partial_at >= PARTIAL_SECONDS
        if is_due or (text and text != stream.reported_text):
            stream.partial_at, stream.reported_text = segmenter.seconds, text
            self._report(number, OpenText(text))
        progress = RecognitionProgress(
            round(segmenter.done_seconds, 3),
            round(segmenter.needed_seconds, 3),
            round(segmenter.waiting_seconds, 3),
        )
        if progress != stream.reported:
            stream.reported = progress
            self._report(number, progress)

    def _report_capacity(self) -> None:
        capacity = Capacity(self._schedule.possible_streams)
        if capacity != self._capacity:
            self._capacity = capacity
            self._report(NO_STREAM, capacity)

    def _report(self, number: int, result: Line) -> None:
        self._output.write(to_line(number, result))
        self._output.flush()


def main() -> None:
    """Load the library and the model, then serve until the program ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the program handles Ctrl-C
    os.nice(NICE)
    os.environ[SINGLE_THREAD_VARIABLE] = "1"
    library, threads = Moonshine(), recognising_threads()
    first = library.load_model()
    worker = Worker(library, sys.stdout.buffer, threads)

    def recognise(recogniser: Recogniser | None) -> None:
        worker.recognise(recogniser or library.load_model())

    for recogniser in (first, *[None] * (threads - 1)):
        work = partial(_or_die, partial(recognise, recogniser))
        threading.Thread(target=work, daemon=True).start()
    _or_die(lambda: worker.serve(sys.stdin.buffer))
    os._exit(0)  # a thread cannot be stopped during a recognition


def _or_die(work: Callable[[], None]) -> None:
    """Do `work`; if it fails, in any thread, print the error and end the process."""
    try:
        work()
    except BrokenPipeError:  # the reader of the answers is gone
        os._exit(0)
    except BaseException:  # noqa: BLE001 - printed, and the process ends
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
