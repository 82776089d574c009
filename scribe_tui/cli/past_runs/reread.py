"""`scribe-tui reread RUN NAME --from --to`: kept sound through the batch model."""

from __future__ import annotations

import asyncio
import math
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from scribe_tui.archive.comparison import differences, first_tokens, second_tokens
from scribe_tui.archive.places import Span
from scribe_tui.archive.rereading import heard_until, read_again, rest_of, wanted_spans
from scribe_tui.archive.second_reading import Request, SecondReading
from scribe_tui.cli.output import complain
from scribe_tui.cli.past_runs.clip import wanted
from scribe_tui.cli.start import check_speech
from scribe_tui.errors import UsageError
from scribe_tui.journal.reading.journals import Journal
from scribe_tui.journal.reading.reader import read
from scribe_tui.scribe.batch import BatchSettings, price, read_batch
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.settings import Settings
from scribe_tui.tui.terminal.locale_name import terminal_takes_unicode

_BAR = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as the user wrote them."""

    from_: str | None
    to: str | None
    batch: BatchSettings
    yes: bool
    diff: bool


def reread_run(settings: Settings, log_dir: Path, run_text: str, name: str, asked: Asked) -> int:
    """Read again what is left; prints the file's path, or the differences.

    Raises UsageError, SourceError, SpeechError.
    """
    run, journal, window = wanted(log_dir, run_text, name, asked.from_, asked.to)
    spans = _bounded(wanted_spans(journal, window), journal)
    first, last = spans[0], spans[-1]
    request = Request(
        journal.session, first.start_seconds, last.end_seconds, asked.batch, first.run
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
        _agree(spans, reading, asked)
        try:
            asyncio.run(_read(run, spans, reading, endpoint))
        except KeyboardInterrupt:
            complain("Stopped; the same command goes on where it stopped.")
            return 130
    if asked.diff:
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


def _bounded(spans: list[Span], journal: Journal) -> list[Span]:
    """The spans, the last one ended where the sound ends: the price needs a length."""
    if math.isfinite(spans[-1].end_seconds):
        return spans
    last = replace(spans[-1], end_seconds=heard_until(journal, spans[-1]))
    return [*spans[:-1], last]


def _agree(spans: list[Span], reading: SecondReading, asked: Asked) -> None:
    """Say what it will cost; go on only if the user agrees. Raises UsageError."""
    rest = rest_of(spans, reading.done_until)
    seconds = sum(span.end_seconds - span.start_seconds for span in rest)
    dollars = price(seconds, asked.batch)
    terms = ", key terms included" if asked.batch.keyterms else ""
    complain(f"{seconds / 60:.1f} minutes of sound will cost about ${dollars:.2f}{terms}.")
    if asked.yes:
        return
    if sys.stdin.isatty() and input("Go on? [y/N] ").strip().lower() in ("y", "yes"):
        return
    raise UsageError("not agreed", "Nothing was sent.", "Add --yes to agree to the price.")


async def _read(run: Path, spans: list[Span], reading: SecondReading, endpoint: Endpoint) -> None:
    begin, end = spans[0].start_seconds, spans[-1].end_seconds
    _progress(reading.done_until - begin, end - begin)
    batch = reading.request.settings
    async for done in read_again(run, spans, reading, lambda pcm: read_batch(endpoint, pcm, batch)):
        _progress(done - begin, end - begin)
    if os.isatty(2):
        sys.stderr.write("\n")


def _progress(done: float, total: float) -> None:
    """A bar on a terminal, else a line a part."""
    share = min(1.0, done / total) if total > 0 else 1.0
    if os.isatty(2):
        full, empty = ("█", "░") if terminal_takes_unicode(os.environ) else ("#", ".")
        bar = full * round(share * _BAR)
        sys.stderr.write(f"\r{bar:{empty}<{_BAR}} {done / 60:.0f} of {total / 60:.0f} min")
        sys.stderr.flush()
    elif done > 0:
        complain(f"{done / 60:.1f} of {total / 60:.1f} minutes are read.")
