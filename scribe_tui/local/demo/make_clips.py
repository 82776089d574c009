"""Makes the sound of the bundled clips: `python -m scribe_tui.local.demo.make_clips`.

Names of clips may follow; without names all are made. Run it after a change of
`recordings/clips.toml`. It needs ffmpeg, the recogniser, and `hibari` on the path:
`pip install hibari-tts`, best in a separate environment. `recordings/NOTICE.md` says where the
voice comes from and why its recordings may be shipped.

The recogniser then checks each clip as the demo plays it, shifted by several short times, because
the result depends on where the frames begin. A line that does not come out as a separate segment
with exactly its text is spoken again, a little slower or faster.
"""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scribe_tui.local.demo.clips import BundledClip, load_clips
from scribe_tui.local.demo.sources import PAUSE_SECONDS
from scribe_tui.local.recognition.messages import ClosedSegment, RecognitionSettings
from scribe_tui.local.recognition.service import RecognitionService

RATE: Final = 16000
"""Samples per second, which is the rate of the recogniser's model."""
BETWEEN_LINES_SECONDS: Final = 0.7
AFTER_CLIP_SECONDS: Final = 2.2
"""Silence after a clip: longer than that after which the service commits by default (1.5 s)."""
BEGINNINGS_SECONDS: Final = (0.0, 0.07, 0.15, 0.22)
_VOICE_RATE: Final = 24000
_SPEEDS: Final = (0.9, 0.94, 0.86, 0.98, 0.82)
"""Speeds to try, a little slower than the voice's own, which makes it easier to read along."""
_TAKES: Final = 15
_LOUDNESS: Final = "loudnorm=I=-19:TP=-2"
# No tags, no Xing header, no bit reservoir: each MP3 frame can be decoded alone, so that clips can
# be played one after the other and a listener can join between any two frames.
_MP3: Final = (
    *("-c:a", "libmp3lame", "-b:a", "64k", "-reservoir", "0"),
    *("-write_xing", "0", "-id3v2_version", "0"),
)
_OGG: Final = ("-c:a", "libvorbis", "-q:a", "2", "-page_duration", "200000")
_CHUNK_BYTES: Final = RATE // 10 * 2


class MisheardError(Exception):
    """Lines that the recogniser does not get right, after `_TAKES` attempts to speak them."""


async def make(clip: BundledClip, service: RecognitionService) -> None:
    """Speak and encode one clip. Raises CalledProcessError, MisheardError."""
    takes = [itertools.count() for _ in clip.lines]
    with tempfile.TemporaryDirectory() as folder:
        spoken = [Path(folder, f"{number}.wav") for number in range(len(clip.lines))]
        wrong: Sequence[int] = range(len(clip.lines))
        for _ in range(_TAKES):
            for number in wrong:
                _speak(clip.lines[number], spoken[number], next(takes[number]))
            _encode(clip, spoken)
            wrong = await misheard(clip, service)
            if not wrong:
                return
    raise MisheardError(*(clip.lines[number] for number in wrong))


async def misheard(clip: BundledClip, service: RecognitionService) -> Sequence[int]:
    """Numbers, from 0, of the lines that do not come out as separate segments."""
    sound = decoded(clip.path)
    wrong: set[int] = set()
    for seconds in BEGINNINGS_SECONDS:
        heard = await segments(bytes(round(seconds * RATE) * 2) + sound, service)
        missed = {number for number, line in enumerate(clip.lines) if line not in heard}
        if not missed and len(heard) != len(clip.lines):
            missed = set(range(len(clip.lines)))
        wrong |= missed
    return sorted(wrong)


async def segments(pcm: bytes, service: RecognitionService) -> list[str]:
    """The texts that the demo would commit for `pcm`: 16-bit mono, `RATE` samples per second."""
    settings = RecognitionSettings(commits_by_vad=True, vad_silence_threshold_secs=PAUSE_SECONDS)
    stream = await service.open(settings)

    async def feed() -> None:
        for start in range(0, len(pcm), _CHUNK_BYTES):
            await stream.feed(pcm[start : start + _CHUNK_BYTES])
        stream.commit()

    found = []
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(feed())
        async for result in stream:
            if isinstance(result, ClosedSegment):
                found.append(result.text)
                if result.requested:
                    break
    stream.close()
    return [text for text in found if text]


def decoded(path: Path) -> bytes:
    """The sound of a clip as PCM for `segments`."""
    output = ("-f", "s16le", "-ar", str(RATE), "-ac", "1", "-")
    command = ["ffmpeg", "-v", "error", "-i", str(path), *output]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def _speak(line: str, path: Path, take: int) -> None:
    speed = _SPEEDS[take % len(_SPEEDS)]
    options = ("--out", str(path), "--seed", str(take), "--speed", str(speed))
    subprocess.run(["hibari", line, *options], check=True, stdout=subprocess.DEVNULL)


def _encode(clip: BundledClip, spoken: Sequence[Path]) -> None:
    inputs = [argument for path in spoken for argument in ("-i", str(path))]
    sound = ("-filter_complex", _joined(len(spoken), clip.pitch), "-ar", str(RATE), "-ac", "1")
    # Bit-exact: no version of ffmpeg and no random stream number in the file.
    tags = ("-fflags", "+bitexact", "-metadata", f"title={clip.title}")
    encode = _MP3 if clip.path.suffix == ".mp3" else _OGG
    command = ["ffmpeg", "-v", "error", "-y", *inputs, *sound, *tags, *encode, str(clip.path)]
    subprocess.run(command, check=True)


def _shifted(pitch: float) -> str:
    return f"asetrate={_VOICE_RATE * pitch:.0f},aresample={RATE},atempo={1 / pitch:.4f}"


def _joined(lines: int, pitch: float) -> str:
    pauses = [BETWEEN_LINES_SECONDS] * (lines - 1) + [AFTER_CLIP_SECONDS]
    padded = [
        f"[{n}]{_shifted(pitch)},{_LOUDNESS},aresample={RATE},apad=pad_dur={pause}[p{n}]"
        for n, pause in enumerate(pauses)
    ]
    names = "".join(f"[p{n}]" for n in range(lines))
    return ";".join([*padded, f"{names}concat=n={lines}:v=0:a=1"])


async def _make(names: Sequence[str]) -> None:
    clips = load_clips()
    async with RecognitionService() as service:
        for clip in (*(clip for station in clips.stations for clip in station.clips), clips.file):
            if not names or clip.path.stem in names:
                await make(clip, service)


if __name__ == "__main__":
    asyncio.run(_make(sys.argv[1:]))
