"""`scribe-tui reread RUN NAME --from --to`: kept sound through the batch model."""

from __future__ import annotations

import asyncio
import math
import os
import sys
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from scribe_tui.archive.comparison import differences, first_tokens, second_tokens
from scribe_tui.archive.kept_length import as_kept
from scribe_tui.archive.kept_spans import KeptSpan, file_of
from scribe_tui.archive.rereading import (
    heard_until,
    is_over,
    parts_of,
    read_again,
    rest_of,
    sent_seconds,
    wanted_spans,
)
from scribe_tui.archive.second_reading import Request, SecondReading
from scribe_tui.cli.output import complain
from scribe_tui.cli.past_runs.clip import wanted
from scribe_tui.cli.signals import Signals
from scribe_tui.cli.start import check_speech
from scribe_tui.errors import UsageError
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.reader import read
from scribe_tui.journal.reading.summary import span_of
from scribe_tui.sanitize import harmless_line
from scribe_tui.scribe.batch import BatchSettings, price, read_batch
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.settings import Settings
from scribe_tui.tui.terminal.locale_name import terminal_takes_unicode

_BAR = 30
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class RereadOptions:
    """The options as the user wrote them."""

    from_: str | None
    to: str | None
    batch: BatchSettings
    yes: bool
    diff: bool


def reread_run(
    settings: Settings, log_dir: Path, run_text: str, name: str, options: RereadOptions
) -> int:
    """Read again what is left; print the file's path, or the differences; return the exit code.

    Raises UsageError, SourceError or SpeechError.
    """
    run, journal, window = wanted(log_dir, run_text, name, options.from_, options.to)
    spans = _bounded(wanted_spans(journal, window), journal)
    _check_end(run, journal, spans[-1])
    first, last = spans[0], spans[-1]
    request = Request(
        journal.session, first.start_seconds, last.end_seconds, options.batch, first.run
    )
    reading = SecondReading.open(run, journal.stem, request)
    if not reading.is_whole:
        endpoint = check_speech(settings)
        if endpoint is None:
            raise UsageError(
                "no batch model",
                "The offline endpoint has no batch model.",
                "Leave out --endpoint local, and set ELEVENLABS_API_KEY.",
            )
        rest = as_kept(run, rest_of(spans, reading.done_until))
        _say_gone(run, spans, reading)
        _agree(rest, reading, options)
        code = asyncio.run(_read(rest, reading, endpoint))
        if not reading.is_whole:
            complain("Stopped; the same command goes on where it stopped.")
            return code
    if options.diff:
        span = (request.from_seconds, request.to_seconds)
        heard = first_tokens(read(journal), first.run, *span)
        for line in differences(heard, second_tokens(reading.parts)):
            print(line)
    else:
        print(reading.path)
    if len(reading.parts) > 1:
        complain(
            f"It was read in {len(reading.parts)} parts, and speakers are told apart within each: "
            "speaker_0 of one part need not be that of the next."
        )
    return 0


def _bounded(spans: list[KeptSpan], journal: Journal) -> list[KeptSpan]:
    """Return the spans, with the last one cut where the sound ends: the price needs a length.

    Raises UsageError if nothing is left.
    """
    last = spans[-1]
    if not math.isfinite(last.end_seconds):
        last = replace(last, end_seconds=heard_until(journal, last))
    if last.end_seconds <= spans[0].start_seconds:
        raise UsageError(
            "no sound kept",
            f"{journal.name} was not heard at that time any more.",
            "Name an earlier time with --from and --to.",
        )
    return [*spans[:-1], last]


def _check_end(run: Path, journal: Journal, last: KeptSpan) -> None:
    """Raise UsageError if the end of the wanted sound is still to be recorded.

    The same command would mean more sound each time, and all of it would be paid again.
    """
    goes_on = span_of(run, [journal])[1] > time.time() - 1
    heard = heard_until(journal, last)
    if goes_on and last.end_seconds >= heard and not is_over(journal, last):
        raise UsageError(
            "goes on",
            f"{journal.name} is still being recorded, and the end of what is wanted is to come.",
            f"Name an end with --to, at most +{int(heard)}.",
        )


def _agree(rest: list[KeptSpan], reading: SecondReading, options: RereadOptions) -> None:
    """Say what it will cost; return only if the user agrees. Raises UsageError."""
    parts = [sent_seconds(part) for part in parts_of(rest)]
    seconds = sum(parts)
    dollars = price(parts, options.batch)
    terms = ", key terms included" if options.batch.keyterms else ""
    complain(f"{seconds / 60:.1f} minutes of sound will cost about ${dollars:.2f}{terms}.")
    if reading.unanswered_seconds > 0:
        complain(
            f"{reading.unanswered_seconds / 60:.1f} minutes were sent before whose answer never "
            "came: where the service charged them, they are charged twice."
        )
    if options.yes or _is_agreed():
        return
    raise UsageError("not agreed", "Nothing was sent.", "Add --yes to agree to the price.")


def _say_gone(run: Path, spans: list[KeptSpan], reading: SecondReading) -> None:
    """Name the files that no longer exist; raise UsageError if all are gone."""
    rest = rest_of(spans, reading.done_until)
    gone = [span for span in rest if not file_of(run, span).is_file()]
    if not gone:
        return
    names = list(dict.fromkeys(harmless_line(file_of(run, span).name) for span in gone))
    listed = ", ".join(names[:_MOST_NAMED])
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    are = "is" if len(names) == 1 else "are"
    if len(gone) == len(rest) and not reading.parts:
        raise UsageError(
            "sound gone",
            f"{listed}{more} {are} not there any more.",
            "Kept sound is deleted after the time of --archive, or beyond --archive-max-gb.",
        )
    complain(f"{listed}{more} {are} not there any more: what is left is read.")


def _is_agreed() -> bool:
    try:
        return sys.stdin.isatty() and input("Go on? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl+D
        return False


async def _read(rest: list[KeptSpan], reading: SecondReading, endpoint: Endpoint) -> int:
    """Read everything, or until a signal; return the exit code."""
    total = _seconds_of(rest)
    batch = reading.request.settings
    stopping = asyncio.Event()

    def leave() -> None:
        stopping.set()
        if reading.is_waiting:
            complain(
                "What was sent is charged, so its answer is waited for. Ctrl+C again leaves at "
                "once; then that sound will be charged a second time."
            )

    with Signals(leave) as signals:
        _progress(0.0, total)
        read = partial(read_batch, endpoint, settings=batch)
        async for done in read_again(rest, reading, read, stopping=stopping):
            _progress(total - _seconds_of(rest_of(rest, done)), total)
    if os.isatty(2):
        sys.stderr.write("\n")
    return signals.exit_code


def _seconds_of(spans: list[KeptSpan]) -> float:
    return sum(sent_seconds(part) for part in parts_of(spans))


def _progress(done: float, total: float) -> None:
    """Show progress: a bar on a terminal, else a line per part."""
    share = min(1.0, done / total) if total > 0 else 1.0
    if os.isatty(2):
        full, empty = ("█", "░") if terminal_takes_unicode(os.environ) else ("#", ".")
        bar = full * round(share * _BAR)
        sys.stderr.write(f"\r{bar:{empty}<{_BAR}} {done / 60:.0f} of {total / 60:.0f} min")
        sys.stderr.flush()
    elif done > 0:
        complain(f"{done / 60:.1f} of {total / 60:.1f} minutes are read.")
