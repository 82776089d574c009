"""How far kept sound lies from where the journal says: `python -m tests.proofs.kept_drift`.

A known sound, noise that is like itself at no two places, comes from a station that ends its
stream every few seconds and goes on elsewhere, in another codec each time; files are short, so
that many begin. What is cut out of them by the journal is compared with what was heard.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path

from scribe_tui.archive.kept_spans import kept_spans
from scribe_tui.events import GapRecorded
from tests.support.http_server import HttpServer, send_head
from tests.support.kept import SPEED, KeptSource, coded, known_sound
from tests.support.requirements import need

SOUND_SECONDS = 60.0
OPENING_SECONDS = 20.0
FILE_SECONDS = 6.0
BURST_SECONDS = 2.0
CODECS = {
    "MP3": ("audio/mpeg", ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3")),
    "AAC": ("audio/aac", ("-b:a", "64k", "-f", "adts")),
    "Vorbis": ("application/ogg", ("-c:a", "libvorbis", "-page_duration", "200000", "-f", "ogg")),
    "Opus": ("application/ogg", ("-c:a", "libopus", "-ar", "48000", "-f", "ogg")),
}
_LIMIT_SECONDS = 0.1


class _Station(HttpServer):
    """Sends each listener the next codec, from another place of the sound, then ends."""

    def __init__(self, sounds: dict[str, bytes]) -> None:
        super().__init__()
        self._sounds = sounds

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        number = len(self.requests) - 1
        codec = next(islice(cycle(CODECS), number % len(CODECS), None))
        sound = self._sounds[codec]
        rate = len(sound) / SOUND_SECONDS
        # A stream of pages cannot be joined amid them without its head.
        begin = 7.0 * number % (SOUND_SECONDS - OPENING_SECONDS) if codec in ("MP3", "AAC") else 0.0
        at, end = int(begin * rate), int((begin + OPENING_SECONDS) * rate)
        await send_head(writer, CODECS[codec][0])
        loop = asyncio.get_running_loop()
        began = loop.time()
        while at < end:
            due = begin + BURST_SECONDS + (loop.time() - began) * SPEED
            until = min(end, int(due * rate))
            writer.write(sound[at:until])
            await writer.drain()
            at = max(at, until)
            await asyncio.sleep(0.02)


async def _measure(openings: int, folder: Path) -> list[float]:
    """Return the errors in seconds at places of all files."""
    pcm = known_sound(SOUND_SECONDS)
    sounds = {name: coded(need("ffmpeg"), pcm, *options) for name, (_, options) in CODECS.items()}
    async with _Station(sounds) as station:
        kept = KeptSource(folder, station.url("/live"), file_seconds=FILE_SECONDS)
        await kept.run(lambda: len(station.requests) > openings, patience=60.0 + 30.0 * openings)
    spans = kept_spans(kept.events)
    errors = await kept.errors(spans)
    files = len({span.file for span in spans})
    gaps = sum(isinstance(event, GapRecorded) for event in kept.events)
    print(f"{kept.heard_seconds:.0f} s heard in {openings} openings, {files} files, {gaps} gaps")
    return errors


def main() -> None:
    """Print the figures; exit 1 if any place is off by a tenth of a second."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.kept_drift", description=__doc__)
    parser.add_argument("--openings", type=int, default=8, help="of the station, in turn (8)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        errors = asyncio.run(_measure(options.openings, Path(folder)))
    middle, worst = statistics.median(errors) * 1000, max(errors) * 1000
    print(f"{len(errors)} places: {middle:.0f} ms off in the median, {worst:.0f} ms at most")
    sys.exit(worst >= _LIMIT_SECONDS * 1000)


if __name__ == "__main__":
    main()
