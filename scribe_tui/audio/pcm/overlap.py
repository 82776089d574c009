"""Find where new sound repeats old sound: a station sends its last seconds to each new listener.

Icecast keeps some 64 KiB of each stream for that: 4 s of 128 kbit/s MP3, 8 s at 64 kbit/s
(measured). After a reconnect that sound was heard already. Since a new decoder decodes it, it is
similar but not equal, and may be shifted by a fraction of a sample; correlation finds it.
"""

from __future__ import annotations

from array import array

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.pcm.audioop_import import audioop

PROBE_SECONDS = 0.75
"""Length of the new sound that is searched for: long enough not to match by chance."""
SKIP_SECONDS = 0.25
"""The very first new sound is left out: a decoder that starts mid-stream needs to settle."""
NEEDED_SECONDS = SKIP_SECONDS + PROBE_SECONDS
"""New sound that `find_overlap` needs."""
_COARSE_RATE = 2000
_ALIKE = 0.9
_LOUD_ENOUGH = 60
"""Root mean square below which a probe is too quiet to be distinguished from other quiet sound."""


def find_overlap(old: bytes, new: bytes, audio_format: AudioFormat) -> int | None:
    """How many samples at the start of `new` repeat the end of `old`.

    Both mono PCM; `new` of at least `NEEDED_SECONDS`. None when the sound was not heard
    before, or is too quiet or too uniform to decide.
    """
    skip = audio_format.samples(SKIP_SECONDS)
    probe = new[skip * SAMPLE_BYTES : audio_format.samples(NEEDED_SECONDS) * SAMPLE_BYTES]
    if len(old) < len(probe) or audioop.rms(probe, SAMPLE_BYTES) < _LOUD_ENOUGH:
        return None
    step = max(1, audio_format.rate // _COARSE_RATE)
    coarse_old, coarse_probe = _thin(old, step), _thin(probe, step)
    coarse = _best_fit(coarse_old, coarse_probe)
    if coarse is None or _is_elsewhere_too(coarse_old, coarse_probe, coarse):
        return None
    near = max(0, (coarse - 2) * step)
    window = old[near * SAMPLE_BYTES : near * SAMPLE_BYTES + len(probe) + 4 * step * SAMPLE_BYTES]
    fine = _best_fit(window, probe)
    if fine is None or _likeness(window, probe, fine) < _ALIKE:
        return None
    found = near + fine - skip
    return max(0, len(old) // SAMPLE_BYTES - found)


def _thin(pcm: bytes, step: int) -> bytes:
    """Every `step` samples as their mean: a low-pass good enough for finding speech again."""
    samples = array("h", pcm)
    return array(
        "h", (sum(samples[i : i + step]) // step for i in range(0, len(samples) - step + 1, step))
    ).tobytes()


def _best_fit(reference: bytes, fragment: bytes) -> int | None:
    if len(reference) < len(fragment) or not audioop.rms(reference, SAMPLE_BYTES):
        return None
    return int(audioop.findfit(reference, fragment)[0])


def _is_elsewhere_too(reference: bytes, fragment: bytes, offset: int) -> bool:
    """Whether a steady tone or a loop makes any place as good as another."""
    apart = len(fragment) // SAMPLE_BYTES // 4
    sides = (
        reference[: max(0, offset - apart) * SAMPLE_BYTES + len(fragment)],
        reference[(offset + apart) * SAMPLE_BYTES :],
    )
    for side in sides:
        place = _best_fit(side, fragment)
        if place is not None and _likeness(side, fragment, place) >= _ALIKE:
            return True
    return False


def _likeness(reference: bytes, fragment: bytes, offset: int) -> float:
    """Normalised correlation of `fragment` with `reference` at `offset`, at most 1."""
    part = reference[offset * SAMPLE_BYTES : offset * SAMPLE_BYTES + len(fragment)]
    factor = audioop.findfactor(part, fragment)
    power = audioop.rms(fragment, SAMPLE_BYTES)
    level = audioop.rms(part, SAMPLE_BYTES)
    return float(factor * power / level) if level else 0.0
