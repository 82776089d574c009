"""Sound files that other people made, to break the readers of tags: heard as the decoder does.

They are the test files in the source packages of mutagen and soundfile on PyPI, fetched
when the test runs; nothing of them is kept here. `SCRIBE_TEST_CORPUS` names a folder with
the packages, for machines without a network.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.errors import Retry, SourceError
from tests.support.requirements import need, unavailable

pytestmark = [pytest.mark.long, pytest.mark.system, pytest.mark.early(60), pytest.mark.timeout(600)]

PACKAGES = ("mutagen", "soundfile", "audioread")
SUFFIXES = frozenset(
    [
        ".mp3",
        ".ogg",
        ".oga",
        ".spx",
        ".opus",
        ".flac",
        ".wav",
        ".aif",
        ".aiff",
        ".m4a",
        ".mp4",
        ".aac",
        ".ac3",
        ".eac3",
        ".wma",
        ".ape",
        ".wv",
        ".mpc",
        ".tta",
        ".tak",
        ".ofr",
        ".dsf",
        ".dff",
        ".au",
        ".caf",
        ".adif",
        ".m4b",
        ".oggtheora",
        ".oggflac",
        ".id3",
        ".apev2",
    ]
)
SAYS_NOTHING_IS_IN_IT = ("no sound", "not playable", "empty file")
FORMAT = AudioFormat.parse("pcm_16000")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """All sound files of the packages."""
    given = os.environ.get("SCRIBE_TEST_CORPUS")
    folder = Path(given) if given else tmp_path_factory.mktemp("packages")
    if not given:
        argv = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        done = subprocess.run(
            [*argv, "-d", str(folder), *PACKAGES],
            check=False, capture_output=True, text=True, timeout=400,
        )  # fmt: skip
        if done.returncode:
            unavailable(f"the source packages cannot be had: {done.stderr[-200:]}")
    target = tmp_path_factory.mktemp("corpus")
    for package in folder.glob("*.tar.gz"):
        with tarfile.open(package) as archive:
            archive.extractall(target, filter="data")
    return sorted(path for path in target.rglob("*") if path.suffix.lower() in SUFFIXES)


def decoded_seconds(ffmpeg: str, path: Path) -> float:
    """What the decoder itself makes of a file's first sound track; 0 for nothing."""
    argv = [ffmpeg, "-nostdin", "-v", "quiet", "-i", f"file:{path}", "-map", "0:a:0"]
    argv += ["-ac", "1", "-ar", "16000", "-f", "s16le", "-"]
    done = subprocess.run(argv, check=False, capture_output=True, timeout=120)
    return len(done.stdout) / 32000


def promised_seconds(ffprobe: str, path: Path) -> float:
    """How long a file says that it is; 0 where it says nothing."""
    argv = [ffprobe, "-v", "quiet", "-show_entries", "format=duration", "-of", "csv=p=0"]
    done = subprocess.run(
        [*argv, f"file:{path}"], check=False, capture_output=True, text=True, timeout=60
    )
    try:
        return float(done.stdout)
    except ValueError:
        return 0.0


async def heard_seconds(path: Path) -> tuple[float, SourceError | None]:
    samples = 0
    try:
        async with FileSource(path, FORMAT, SourceOptions(speed=1000.0)) as source:
            async for chunk in source:
                samples += chunk.samples
    except SourceError as error:
        return samples / 16000, error
    return samples / 16000, None


def untrue(error: SourceError, heard: float, promised: float) -> str | None:
    """What is wrong with a refusal as a statement about the file, None if it is true."""
    if error.retry is not Retry.NEVER or not error.message.endswith(".") or not error.remedy:
        return "not a sentence with a remedy for a file"
    if error.title in SAYS_NOTHING_IS_IN_IT:
        return "there is sound in it" if heard else None
    told = re.search(r"(\d+\.\d) s", error.message)
    if error.title not in ("cut short", "damaged") or told is None:
        return "an unknown refusal"
    missing = promised - heard
    figure = heard if error.title == "cut short" else missing
    if missing < 0.4:
        return f"it is whole: {promised:.2f} s promised"
    return None if abs(float(told[1]) - figure) < 0.2 else f"the figure is {figure:.1f} s"


async def test_the_seconds_heard_are_the_decoders_own(corpus: list[Path]) -> None:
    ffmpeg, ffprobe = need("ffmpeg"), need("ffprobe")
    assert len(corpus) > 60
    wrong = []
    refused = 0
    for path in corpus:
        expected = await asyncio.to_thread(decoded_seconds, ffmpeg, path)
        heard, error = await heard_seconds(path)
        if abs(heard - expected) > 0.1:
            wrong.append(f"{path.name}: {heard:.2f} s heard, {expected:.2f} s decoded: {error}")
        if error is None:
            if heard == 0:
                wrong.append(f"{path.name}: nothing was heard and nothing was said")
            continue
        refused += 1
        promised = await asyncio.to_thread(promised_seconds, ffprobe, path)
        if (why := untrue(error, heard, promised)) is not None:
            wrong.append(f"{path.name}: {error.sentence} ({why})")
    assert wrong == []
    assert refused > 0  # broken files are among them
