"""`scribe-tui words test WORD`: how offline voices and recogniser render a word, and its tier."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import wave
from array import array

from scribe_tui.audio.pcm.audioop_import import audioop
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.settings import WatchSettings

VOICES = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029")
SENTENCE = "We were told about {} this morning."
MAX_CHARS = 100
_SPEAK_SECONDS = 20.0
_PROGRAMS = ("espeak-ng", "espeak")


def run_words_test(word: str) -> int:
    """Print a line for each voice; return 0 if each voice's form is exact or close, else 1."""
    from scribe_tui.local.recognition.moonshine import MODEL_RATE, Moonshine, check_installed

    word = harmless_line(word)[:MAX_CHARS]
    watch = WatchSettings(words=(word,))
    speaker = next((path for name in _PROGRAMS if (path := shutil.which(name))), None)
    if speaker is None:
        raise UsageError(
            "no voices",
            "There is no voice on this machine to say the word with: espeak-ng is not installed.",
            "Install it with your system's packages (apt install espeak-ng).",
        )
    check_installed()
    recogniser = Moonshine().load_model()
    found = True
    for voice in VOICES:
        heard = recogniser.text(_said(speaker, voice, word, MODEL_RATE))
        found = _print_voice(watch, voice, harmless_line(heard)) and found
    return 0 if found else 1


def _print_voice(watch: WatchSettings, voice: str, heard: str) -> bool:
    """Print one voice's line; return whether the word is found as exact or close."""
    from scribe_tui.events import Tier
    from scribe_tui.watchwords.finder import Finder

    finds = Finder([watch]).find(heard, by_sound=True)
    if not finds:
        print(f"{voice:<15} not found    {heard}")
        return False
    find = finds[0]
    form = heard[find.start : find.end]
    print(f"{voice:<15} {find.tier:<11}  {heard[: find.start]}[{form}]{heard[find.end :]}")
    return find.tier is not Tier.SOUNDS_LIKE


def _said(speaker: str, voice: str, word: str, rate: int) -> array[float]:
    """Return the word in a sentence, as samples from -1 to 1 at `rate`. Raises UsageError."""
    try:
        done = subprocess.run(
            [speaker, "-v", voice, "-s", "150", "--stdout", SENTENCE.format(word)],
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_SPEAK_SECONDS,
        )
        # An unknown length is the largest number in the header.
        with wave.open(io.BytesIO(done.stdout)) as sound:
            pcm, spoken = sound.readframes(len(done.stdout)), sound.getframerate()
    except (OSError, subprocess.SubprocessError, wave.Error, EOFError) as error:
        raise UsageError(
            "no voice",
            f"espeak-ng did not say the word with the voice {voice}.",
            "Try another word.",
        ) from error
    pcm, _ = audioop.ratecv(pcm, 2, 1, spoken, rate, None)
    samples = array("h", pcm)
    if sys.byteorder == "big":
        samples.byteswap()
    return array("f", (sample / 32768 for sample in samples))
