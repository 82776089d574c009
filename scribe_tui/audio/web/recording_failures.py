"""Sentences for recordings at an address of which not all was heard.

None is tried again by itself: that would repeat what was heard.
"""

from __future__ import annotations

from scribe_tui.audio.cut_short import Fault, Played, Stored, fault_of
from scribe_tui.audio.damage import Loss
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.errors import Retry, SourceError

_ANOTHER = "Look for a whole copy of it for the rest."


def broke_off(where: str, heard_seconds: float, cause: SourceError) -> SourceError:
    """Its rest cannot be had."""
    return SourceError(
        "broke off",
        f"The recording of {where} broke off after {heard_seconds:.1f} s: {cause.message}",
        "Start it again to hear it from the beginning.",
        retry=Retry.NEVER,
    )


def not_decoded_further(where: str, heard_seconds: float) -> SourceError:
    """It was read to its end, and its rest is no sound that the decoder knows."""
    return SourceError(
        "damaged",
        f"The recording of {where} cannot be decoded beyond {heard_seconds:.1f} s: it changes "
        "its kind of sound there, or is damaged.",
        _ANOTHER,
        retry=Retry.NEVER,
    )


def cut_short(where: str, heard_seconds: float) -> SourceError:
    """What the server has of it is not all of it."""
    return SourceError(
        "cut short",
        f"The recording of {where} is cut short: its sound breaks off after {heard_seconds:.1f} s.",
        _ANOTHER,
        retry=Retry.NEVER,
    )


def damaged(where: str, what: str) -> SourceError:
    """Some of it could not be decoded; `what`, as the middle of a sentence."""
    return SourceError(
        "damaged",
        f"The recording of {where} is damaged: {what} of its sound could not be decoded.",
        _ANOTHER,
        retry=Retry.NEVER,
    )


def loss(
    where: str, decoder: Decoder, played: Played, stored: Stored | None, tail: bytes
) -> SourceError | None:
    """What is missing of a recording that was read to its end; None: nothing that is known.

    `stored` and its last bytes `tail`, where it is a single file.
    """
    fault = fault_of(stored, decoder.facts, decoder.errors, played)
    if fault is Fault.CUT_SHORT:
        return cut_short(where, played.seconds)
    if fault is Fault.DAMAGED:
        missing = (decoder.facts.declared_duration or played.seconds) - played.seconds
        return damaged(where, f"{missing:.1f} s")
    match decoder.damage.ended(played.seconds, tail):
        case Loss.SOME:
            return damaged(where, f"{decoder.damage.place}some")
        case Loss.REST:
            return not_decoded_further(where, played.seconds)
    return None
