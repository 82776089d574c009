"""Print what the offline recogniser gets wrong, what it costs, and what it makes of no speech.

Words: a person reading and the four bundled voices, each clean, as MP3, with music and noise
10 dB below, and at 8 kHz u-law. Costs: 1, 2, 4 and 8 streams of that person in real time. No
speech: an hour each of silence, two noises, tones and music. `--only screen`: what the screen
shows of four panes, and how soon, alone and beside as many streams that are recognised.

The recogniser's package holds two more readings by people, `beckett.wav` and
`endgame_nagg_nell.wav`. What is read there is not in the public domain, so its text is not in
this repository and no figure of theirs is in the README. Whoever has the text measures them with
`--also beckett.wav TEXT.txt`.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from collections.abc import Sequence

import jiwer

from scribe_tui.local.recognition.messages import ClosedSegment, RecognitionSettings
from scribe_tui.local.recognition.service import RecognitionService
from tests.proofs.recognition.beside import screen_beside_recognition
from tests.proofs.recognition.recordings import CONDITIONS, Recording, also, reading, voices
from tests.proofs.recognition.streams import Cost, measured
from tests.support.sounds import NOT_SPEECH


async def heard(service: RecognitionService, pcm: bytes, audio_format: str = "pcm_16000") -> str:
    """Return the committed text of all of `pcm`, sent as fast as it is taken, committed by VAD."""
    stream = await service.open(RecognitionSettings(audio_format=audio_format, commits_by_vad=True))

    async def feed() -> None:
        for start in range(0, len(pcm), 3200):
            await stream.feed(pcm[start : start + 3200])
        stream.commit()

    feeding = asyncio.create_task(feed())
    texts = []
    async for result in stream:
        if isinstance(result, ClosedSegment):
            texts.append(result.text)
            if result.requested:
                break
    await feeding
    stream.close()
    return " ".join(filter(None, texts))


def wrong(said: str, text: str) -> str:
    """Return wrong words of words said, regardless of case and punctuation."""
    measures = jiwer.process_words(plain(said), plain(text) or "-")
    edits = measures.substitutions + measures.deletions + measures.insertions
    return f"{edits} of {len(plain(said).split())}"


def plain(text: str) -> str:
    """Return the text in lower case without punctuation."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


async def word_errors(recordings: Sequence[Recording]) -> None:
    """Print the table of word errors."""
    print("| words wrong |", " | ".join(CONDITIONS), "|")
    print("| --- |", " | ".join("---:" for _ in CONDITIONS), "|")
    async with RecognitionService() as service:
        for recording in recordings:
            cells = [
                wrong(recording.text, await heard(service, spoil(recording.pcm)))
                for spoil in CONDITIONS.values()
            ]
            print(f"| {recording.name} |", " | ".join(cells), "|", flush=True)


async def invented_words(minutes: float) -> None:
    """Print what is recognised in sound without speech, repeated for `minutes`."""
    async with RecognitionService() as service:
        for name, make in NOT_SPEECH.items():
            text = await heard(service, make(60.0) * max(1, round(minutes)))
            print(f"{minutes:g} minutes of {name}: {len(text.split())} words", flush=True)


def percentile(values: Sequence[float], part: float) -> str:
    """Return the value below which a share `part` of them lie."""
    ordered = sorted(values)
    return f"{ordered[min(len(ordered) - 1, int(part * len(ordered)))]:.2f}" if ordered else "-"


def row(cost: Cost) -> str:
    """Return one line of the table of costs."""
    delays = cost.delays
    cells = [
        str(cost.streams),
        f"{cost.recogniser:.2f}",
        f"{cost.endpoint:.2f}",
        f"{cost.memory:.0f}",
        percentile(delays.first, 0.5),
        percentile(delays.pause, 0.5),
        " / ".join(percentile(delays.commit, part) for part in (0.5, 0.95, 1.0)),
        str(delays.warnings),
    ]
    return f"| {' | '.join(cells)} |"


async def costs(pcm: bytes, counts: Sequence[int], seconds: float) -> None:
    """Print the table of costs, running each number of streams for `seconds`."""
    heads = [
        *("streams", "recogniser, CPU s/s", "endpoint and client, CPU s/s", "memory, MB"),
        *("first partial, s", "pause to text, s", "commit to text p50 / p95 / most, s", "warnings"),
    ]
    print("|", " | ".join(heads), "|")
    print("|", " | ".join("---:" for _ in heads), "|")
    for streams in counts:
        print(row(await measured(pcm, streams, seconds)), flush=True)


def main() -> None:
    """Run the requested measurements, by default all."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.proofs.recognition",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="for each number of streams")
    parser.add_argument("--streams", default="1,2,4,8")
    parser.add_argument("--minutes", type=float, default=60.0, help="of each sound without speech")
    parser.add_argument("--only", choices=("words", "costs", "invented", "screen"))
    parser.add_argument(
        "--also",
        nargs=2,
        action="append",
        default=[],
        metavar=("SOUND", "TEXT"),
        help="a recording (of the recogniser's package, or a path) and a file with what is said",
    )
    options = parser.parse_args()
    if options.only == "screen":
        sys.exit(screen_beside_recognition(4, options.seconds))
    person = reading()
    if options.only in (None, "words"):
        more = [also(sound, text) for sound, text in options.also]
        asyncio.run(word_errors([person, *more, *voices()]))
    if options.only in (None, "costs"):
        counts = [int(count) for count in options.streams.split(",")]
        asyncio.run(costs(person.pcm, counts, options.seconds))
    if options.only in (None, "invented"):
        asyncio.run(invented_words(options.minutes))


if __name__ == "__main__":
    main()
