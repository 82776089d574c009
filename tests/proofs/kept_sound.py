"""What keeping sound costs: CPU with it and without it, and beside a recorder of its own.

`python -m tests.proofs.kept_sound` listens to stations of 64 kbit/s MP3 on loopback, decoders
included, in rounds that take turns, so that what else the machine does meets both. The yardstick
is what a user has for it today: one `ffmpeg -c copy` a station beside the program.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from scribe_tui.archive.archive import Archive
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.source import keep_sound
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.settings import SourceSettings
from tests.proofs.bench.mp3 import BYTES_PER_SECOND, make_mp3
from tests.support.side import Side

SETTLING_SECONDS = 5.0
_FORMAT = AudioFormat.parse("pcm_16000")


async def _hear(urls: list[str], seconds: float, folder: str) -> None:
    """Listen to all stations, keeping sound in `folder` unless it is empty; includes the start."""
    archive = Archive(Path(folder), max_bytes=1e12, free_bytes=0) if folder else None

    async def hear(number: int, url: str) -> None:
        settings = SourceSettings(name=f"s{number}", address=url, archive="7d")
        keeper = archive(settings.name, settings) if archive is not None else None
        source = WebSource(url, _FORMAT)
        keep_sound(source, keeper)
        heard = 0.0
        async with source:
            async for chunk in source:
                if keeper is not None:
                    keeper.heard(chunk, heard, time.time())
                heard += _FORMAT.seconds(chunk.samples)
                if heard >= seconds:
                    break

    await asyncio.gather(*(hear(number, url) for number, url in enumerate(urls)))
    if archive is not None:
        archive.close()


def _used() -> float:
    """Return CPU seconds of this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _child(urls: list[str], seconds: float, folder: str) -> float:
    argv = [sys.executable, "-m", "tests.proofs.kept_sound", "--hear", str(seconds), folder, *urls]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)


def _recorders(urls: list[str], seconds: float, folder: str) -> float:
    """Return the CPU seconds of plain recorders, one per station."""
    before = os.times()
    argv = ["ffmpeg", "-nostdin", "-loglevel", "quiet", "-y"]
    started = [
        subprocess.Popen(
            [*argv, "-i", url, "-t", str(seconds), "-c", "copy", f"{folder}/{number}.mp3"]
        )
        for number, url in enumerate(urls)
    ]
    for process in started:
        process.wait()
    after = os.times()
    used = after.children_user + after.children_system
    return used - before.children_user - before.children_system


def measure(stations: int, seconds: float, rounds: int, say: Callable[[str], None]) -> float:
    """Return the share by which CPU time grows; print a table."""
    with tempfile.TemporaryDirectory() as name:
        sound = make_mp3(Path(name))
        kept = Path(name) / "kept"
        with Side("tests.support.radio", str(sound), str(BYTES_PER_SECOND)) as radio:
            urls = [f"http://127.0.0.1:{radio.port}/{n + 1}" for n in range(stations)]
            without: list[float] = []
            with_it: list[float] = []
            recorder: list[float] = []
            for number in range(rounds):
                folder = kept / str(number)
                folder.mkdir(parents=True)
                pair = [(without, ""), (with_it, str(folder))]
                for into, where in pair if number % 2 else reversed(pair):
                    into.append(_child(urls, seconds, where))
                size = sum(path.stat().st_size for path in folder.glob("*.sound.*"))
                recorder.append(_recorders(urls, seconds, str(folder)))
        minutes = stations * seconds / 60
        base, more = statistics.median(without), statistics.median(with_it)
        growth = statistics.median(b / a - 1 for a, b in zip(without, with_it, strict=True))
        say(f"{stations} stations of 64 kbit/s, {seconds:.0f} s, median of {rounds} rounds")
        say(f"CPU-s a station-minute, heard only           {base / minutes:.3f}")
        say(f"CPU-s a station-minute, heard and kept       {more / minutes:.3f}")
        say(f"growth (median of pairs)                     {growth:+.1%}")
        beside = statistics.median(recorder) / base
        say(f"yardstick: ffmpeg -c copy beside it, on top  {beside:+.1%}")
        say(f"kept, burst at joining included              {size / 1e6:.1f} MB")
    return growth


def main() -> None:
    """Print the table; exit 1 if keeping costs a tenth or more."""
    if sys.argv[1:2] == ["--hear"]:
        length, folder, *urls = sys.argv[2:]
        asyncio.run(_hear(urls, float(length), folder))
        print(_used())
        return
    parser = argparse.ArgumentParser(prog="python -m tests.proofs.kept_sound", description=__doc__)
    parser.add_argument("--stations", type=int, default=8)
    parser.add_argument("--seconds", type=int, default=60, help="of each measurement (60)")
    parser.add_argument("--rounds", type=int, default=3, help="medians are compared (3)")
    options = parser.parse_args()
    growth = measure(options.stations, options.seconds, options.rounds, print)
    sys.exit(growth >= 0.1)


if __name__ == "__main__":
    main()
