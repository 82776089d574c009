"""Sentences for sound tracks and channels that were requested and do not exist, or are too many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scribe_tui.errors import Retry, SourceError


def no_track(where: str, wanted: int, tracks: Sequence[str]) -> SourceError:
    """The user asked for a sound track that is not there; `tracks` as they are called."""
    has = f"it has {len(tracks)}: {', '.join(tracks)}" if tracks else "it has fewer"
    return SourceError(
        "no such track",
        f"{where} has no sound track {wanted}, {has}.",
        "Set track to another number, or leave it out.",
        retry=Retry.NEVER,
    )


def too_many_channels(where: str, channels: int, most: int) -> SourceError:
    """More channels than can be examined."""
    return SourceError(
        "too many channels",
        f"{where} has {channels} channels, and no more than {most} can be heard.",
        "Convert it to fewer channels.",
        retry=Retry.NEVER,
    )


def no_channel(where: str, wanted: int, channels: int) -> SourceError:
    """The user asked for a channel that is not there."""
    has = "1 channel" if channels == 1 else f"{channels} channels"
    return SourceError(
        "no such channel",
        f"{where} has no channel {wanted}, it has {has}.",
        "Set channel to another number, or leave it out.",
        retry=Retry.NEVER,
    )


_NO_STREAM = ("matches no streams", "does not contain any stream")


def found_no_stream(errors: Iterable[str]) -> bool:
    """Whether a decoder's error lines say that it found no sound track in the probed bytes."""
    return any(sign in line for sign in _NO_STREAM for line in errors)
