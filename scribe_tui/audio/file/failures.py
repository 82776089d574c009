"""Sentences for what goes wrong with a file. Trying again never helps by itself."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from scribe_tui.audio.damage import Damage, Loss
from scribe_tui.audio.failures import no_descriptors
from scribe_tui.errors import Retry, SourceError

_ANOTHER_FILE = "Check that another player plays it, or name another file."
_CAUSES = (
    ("moov atom not found", "is cut short: its index, at the end, is missing"),
    ("matches no streams", "holds no sound"),
    ("does not contain any stream", "holds no sound"),
    ("No such file", "is not there any more"),
    ("Permission denied", "may not be read by you"),
    ("Invalid data", "is not sound that the decoder knows"),
    ("Invalid argument", "is not sound that the decoder knows"),
)


def bad_file(title: str, message: str, remedy: str = "") -> SourceError:
    """A file that will not play however often one tries."""
    return SourceError(title, message, remedy, retry=Retry.NEVER)


def no_sound_in_file(name: str) -> SourceError:
    """A file without a single sample."""
    return bad_file("no sound", f"{name} holds no sound.", _ANOTHER_FILE)


def cut_short(name: str, played_seconds: float) -> SourceError:
    """A file whose end is missing; what there was of it has been played."""
    return bad_file(
        "cut short",
        f"{name} is cut short: its sound breaks off after {played_seconds:.1f} s.",
        "Get a whole copy of it for the rest.",
    )


def joined(name: str, played_seconds: float) -> SourceError:
    """A file with a second recording behind the first."""
    return bad_file(
        "joined files",
        f"{name} holds another recording behind the first, which ends at {played_seconds:.1f} s; "
        "it is not heard.",
        "Join the files with a program for sound, or name each of them.",
    )


def shortened(name: str, played_seconds: float) -> SourceError:
    """A file of which a part was taken away while it was played."""
    return bad_file(
        "cut short",
        f"{name} was made shorter while it was heard: its sound breaks off after "
        f"{played_seconds:.1f} s.",
        "Get a whole copy of it for the rest.",
    )


def begins_alone(name: str) -> SourceError:
    """A file cut short so that nothing of the rest can be decoded."""
    return bad_file(
        "cut short",
        f"{name} is cut short: what there is of it cannot be decoded without the rest.",
        "Get a whole copy of it.",
    )


def is_list(name: str, kind: str) -> SourceError:
    """A list of a `kind` that names other files, whatever it is called."""
    return bad_file(
        "playlist file",
        f"{name} is {kind}, not sound.",
        "Give one of the files or addresses in it.",
    )


def damaged(name: str, missing_seconds: float) -> SourceError:
    """A file with holes that cannot be decoded; the rest has been played to its end."""
    return bad_file(
        "damaged",
        f"{name} is damaged: {missing_seconds:.1f} s of its sound could not be decoded.",
        "Get a whole copy of it for the rest.",
    )


def damaged_from(name: str, place: str) -> SourceError:
    """As `damaged`, where it is not known how much is missing; `place` as `Damage` says it."""
    return bad_file(
        "damaged",
        f"{name} is damaged: {place}some of its sound could not be decoded.",
        "Get a whole copy of it for the rest.",
    )


def loss(damage: Damage, name: str, seconds: float, tail: bytes = b"") -> SourceError | None:
    """Sound that was surely lost, the source being over after so much of it; `tail`: its end."""
    match damage.ended(seconds, tail):
        case Loss.SOME:
            return damaged_from(name, damage.place)
        case Loss.REST:
            return not_decoded_further(name, seconds)
    return None


def not_decoded_further(name: str, played_seconds: float) -> SourceError:
    """A file with more in it, of another kind of sound or damaged, that the decoder cannot read."""
    return bad_file(
        "damaged",
        f"{name} cannot be decoded beyond {played_seconds:.1f} s: it changes its kind of sound "
        "there, or is damaged.",
        "Convert it to one kind of sound, or get a whole copy of it, for the rest.",
    )


def unreadable_file(name: str, error: OSError) -> SourceError:
    """The operating system says no."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return no_descriptors(name)
    return bad_file("unreadable", f"{name} cannot be read: {error.strerror}.")


def explain_file(lines: Sequence[str], name: str) -> SourceError:
    """Why a file gave no sound at all, from the decoder's error lines."""
    for sign, cause in _CAUSES:
        if any(sign in line for line in lines):
            return bad_file("not playable", f"{name} {cause}.", _ANOTHER_FILE)
    if lines:
        message = f"{name} holds no sound that the decoder can play."
        return bad_file("not playable", message, _ANOTHER_FILE)
    return no_sound_in_file(name)
