"""Sentences for recordings that were not heard in full: files, pipes, and those at an address.

None of these errors is retried automatically: that would repeat what was heard.
"""

from __future__ import annotations

from dataclasses import dataclass

from scribe_tui.audio.containers.transport_stream import TracksWatch
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.losses.cut_short import REST_BYTES, Fault, Played, Stored, fault_of
from scribe_tui.audio.losses.damage import Loss
from scribe_tui.errors import Retry, SourceError

_WHOLE_SECONDS = 0.5
"""Missing sound up to this length is not reported."""
_SEAM_SECONDS = 0.05
_WITHOUT_TAGS = frozenset({"ogg"})
"""Containers that have no tag behind the sound: bytes left there are sound of another format."""
_WHOLE_COPY = "Get a whole copy of it for the rest."
_ONE_KIND = "Convert it to one kind of sound, or get a whole copy of it, for the rest."


@dataclass(frozen=True, slots=True)
class Seen:
    """Facts of a recording besides its sound, as far as they are known.

    `tail`: its last bytes; `tracks`: of a transport stream, whose decoder `merges` versions of
    its map.
    """

    stored: Stored | None
    tail: bytes = b""
    tracks: TracksWatch | None = None
    merges: bool = True


def lost(title: str, message: str, remedy: str = _WHOLE_COPY) -> SourceError:
    """A part of a recording cannot be decoded; retrying does not help."""
    return SourceError(title, message, remedy, retry=Retry.NEVER)


def cut_short(name: str, heard_seconds: float) -> SourceError:
    """Its end is missing; what there was of it was heard. `name` begins a sentence."""
    message = f"{name} is cut short: its sound breaks off after {heard_seconds:.1f} s."
    return lost("cut short", message)


def damaged(name: str, what: str) -> SourceError:
    """Some of it could not be decoded; `what`, as the middle of a sentence."""
    return lost("damaged", f"{name} is damaged: {what} of its sound could not be decoded.")


def not_decoded_further(name: str, heard_seconds: float) -> SourceError:
    """It holds more sound, in another format or damaged, that the decoder cannot read."""
    message = (
        f"{name} cannot be decoded beyond {heard_seconds:.1f} s: it changes its kind of sound "
        "there, or is damaged."
    )
    return lost("damaged", message, _ONE_KIND)


def tracks_changed(name: str) -> SourceError:
    """Its sound goes on in a track that the decoder does not know as the one it plays."""
    message = f"{name} changes its sound tracks in its midst, and some of its sound is not heard."
    return lost("tracks changed", message, "Convert it to one kind of sound, or name each part.")


def joined(name: str, heard_seconds: float) -> SourceError:
    """A second recording stands behind the first, which alone the decoder hears."""
    message = (
        f"{name} holds another recording behind the first, which ends at {heard_seconds:.1f} s; "
        "it is not heard."
    )
    return lost("joined files", message, "Join them with a program for sound, or name each.")


def seams(name: str, whole_seconds: float | None, heard_seconds: float) -> str | None:
    """A notice about consecutive FLAC recordings that are `whole_seconds` long in total."""
    if whole_seconds is None or whole_seconds - heard_seconds < _SEAM_SECONDS:
        return None
    missing = whole_seconds - heard_seconds
    return (
        f"{name} is several recordings joined to one: {missing:.1f} s are not heard at the joints"
    )


def loss(name: str, decoder: Decoder, played: Played, seen: Seen) -> SourceError | None:
    """The error for what is missing of a recording that was read to its end.

    None: nothing known.
    """
    facts, stored = decoder.facts, seen.stored
    fault = fault_of(stored, facts, decoder.errors, played)
    if fault is Fault.CUT_SHORT:
        return cut_short(name, played.seconds)
    if fault is Fault.DAMAGED:
        missing = (facts.declared_duration or played.seconds) - played.seconds
        return damaged(name, f"{missing:.1f} s")
    if decoder.breaks_off and _leaves_a_rest(decoder, played.seconds, stored):
        return not_decoded_further(name, played.seconds)
    match decoder.damage.ended(played.seconds, seen.tail):
        case Loss.SOME:
            return damaged(name, f"{decoder.damage.place}some")
        case Loss.REST:
            return not_decoded_further(name, played.seconds)
    if seen.tracks is not None and seen.tracks.loses(played.stream, merges=seen.merges):
        return tracks_changed(name)
    return None


def _leaves_a_rest(decoder: Decoder, heard_seconds: float, stored: Stored | None) -> bool:
    """Whether more than a tag follows what was read; True where that is not known."""
    if decoder.facts.container in _WITHOUT_TAGS:
        return True
    read, declared = decoder.packet_bytes, decoder.facts.declared_duration
    if stored is not None and read is not None:
        return stored.size - read > REST_BYTES
    return declared is None or heard_seconds <= declared - _WHOLE_SECONDS
