"""Sentences for what goes wrong with a file. Trying again never helps by itself."""

from __future__ import annotations

import errno
from collections.abc import Sequence

from scribe_tui.errors import Retry, SourceError, descriptors_are_exhausted, no_descriptors

_ANOTHER_FILE = "Check that another player plays it, or name another file."
_FROM_ITS_BEGINNING = (
    "Give the file itself, or pipe a kind that is read from its beginning on: WAV, MP3, Ogg."
)
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


def empty_pipe(name: str) -> SourceError:
    """A pipe that ended before anything came."""
    message = f"{name} is empty: it ended before a byte came."
    return bad_file("no sound", message, "See what the program that writes into it says.")


def file_shortened(name: str, played_seconds: float) -> SourceError:
    """A file that was truncated while it was played."""
    return bad_file(
        "cut short",
        f"{name} was made shorter while it was heard: its sound breaks off after "
        f"{played_seconds:.1f} s.",
        "Get a whole copy of it for the rest.",
    )


def begins_alone(name: str) -> SourceError:
    """A file cut short so that the remaining bytes cannot be decoded."""
    return bad_file(
        "cut short",
        f"{name} is cut short: what there is of it cannot be decoded without the rest.",
        "Get a whole copy of it.",
    )


def is_list(name: str, kind: str) -> SourceError:
    """A list of a `kind` that names other files, whatever its suffix."""
    return bad_file(
        "playlist file",
        f"{name} is {kind}, not sound.",
        "Give one of the files or addresses in it.",
    )


def index_at_the_end(name: str) -> SourceError:
    """An MP4 or CAF in a pipe: decoding it requires seeking."""
    return bad_file(
        "not playable",
        f"{name} has its index at its end, and a pipe cannot be read from there.",
        _FROM_ITS_BEGINNING,
    )


def scattered(name: str) -> SourceError:
    """A WTV in a pipe: as `index_at_the_end`."""
    return bad_file(
        "not playable",
        f"{name} is a WTV recording, whose pieces must be looked for in it, and a pipe cannot "
        "be read so.",
        _FROM_ITS_BEGINNING,
    )


def unreadable_file(name: str, error: OSError) -> SourceError:
    """The operating system says no."""
    if descriptors_are_exhausted(error):
        return no_descriptors(name)
    if error.errno == errno.EBADF:
        return bad_file(
            "unreadable",
            f"{name} cannot be read: it is closed, or open for writing alone.",
            "Pipe the sound into it: ... | scribe-tui record -",
        )
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
