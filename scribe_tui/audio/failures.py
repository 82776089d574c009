"""Sentences for what goes wrong with a source, and whether trying again can help.

One place turns the decoder's error lines, HTTP statuses and socket errors into
SourceErrors, so that a station says the same whichever way it was found to be ill.
`where` is always a masked name fit to be shown: a host, or a file's name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from http import HTTPStatus

from scribe_tui.errors import Retry, SourceError

_CHECK = "Check the address."
_PASSING = frozenset({408, 425, 429})
_STATUS_REMEDY = {
    401: "Put user and password into the address: http://user:password@host/path.",
    403: "The station does not let you in.",
    404: _CHECK,
    410: _CHECK,
}


def http_status(code: int, where: str) -> SourceError:
    """The server answered with an error status. 4xx is final, except those that pass."""
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = "error"
    passing = code >= 500 or code in _PASSING
    return SourceError(
        f"{code} {phrase}",
        f"{code} {phrase} from {where}.",
        _STATUS_REMEDY.get(code, ""),
        retry=Retry.BACKOFF if passing else Retry.NEVER,
    )


def unknown_host(where: str, reason: str = "") -> SourceError:
    """The name could not be resolved; only a failing name server is worth a new try."""
    if "temporary" in reason.lower():
        return SourceError("no name server", f"The name server did not answer for {where}.")
    message = f"There is no host called {where}."
    return SourceError("unknown host", message, _CHECK, retry=Retry.NEVER)


def refused(where: str) -> SourceError:
    """Nobody listens at that port."""
    return SourceError("refused", f"{where} refused the connection.")


def unreachable(where: str) -> SourceError:
    """No route, or no network."""
    return SourceError("unreachable", f"{where} cannot be reached: the network is down.")


def timed_out(where: str) -> SourceError:
    """No answer, or none any more."""
    return SourceError("no answer", f"No answer from {where}: the connection timed out.")


def reset(where: str) -> SourceError:
    """The connection broke."""
    return SourceError("reset", f"{where} broke the connection.")


def no_answer(where: str) -> SourceError:
    """The server hung up before it said anything."""
    return SourceError("hung up", f"{where} closed the connection without an answer.")


def no_sound(where: str) -> SourceError:
    """The server answered and ended without any sound."""
    return SourceError("no sound", f"{where} ended the stream before any sound came.")


def stalled(where: str, seconds: float) -> SourceError:
    """Connected, and no sound for `seconds`."""
    return SourceError("stalled", f"No sound from {where} for {seconds:g} s.")


def web_page(where: str) -> SourceError:
    """HTML where sound was expected."""
    return SourceError(
        "web page",
        f"This address of {where} is a web page, not a sound stream.",
        "Look there for the address of the stream itself.",
        retry=Retry.NEVER,
    )


def not_sound(where: str) -> SourceError:
    """The decoder finds nothing it knows in the bytes."""
    return SourceError(
        "not sound",
        f"What {where} sends is not sound that the decoder knows.",
        _CHECK,
        retry=Retry.NEVER,
    )


def redirect_loop(where: str) -> SourceError:
    """Redirects without end."""
    return SourceError("redirect loop", f"{where} redirects in circles.", _CHECK, retry=Retry.NEVER)


def forbidden_protocol(where: str) -> SourceError:
    """A redirect or playlist leads away from http(s)."""
    return SourceError(
        "not http",
        f"{where} leads to an address that is not http or https, and such are not opened.",
        _CHECK,
        retry=Retry.NEVER,
    )


def empty_playlist(where: str) -> SourceError:
    """A playlist without a single http(s) entry."""
    return SourceError(
        "empty playlist",
        f"The playlist of {where} leads to no http or https address.",
        _CHECK,
        retry=Retry.NEVER,
    )


def endless_playlist(where: str) -> SourceError:
    """Playlists that lead to playlists that lead to playlists."""
    return SourceError(
        "endless playlist",
        f"The playlist of {where} leads from list to list without end.",
        _CHECK,
        retry=Retry.NEVER,
    )


def bad_certificate(where: str) -> SourceError:
    """TLS: the server cannot prove who it is."""
    return SourceError(
        "bad certificate",
        f"The certificate of {where} is not valid.",
        "Check the address and the date of this machine.",
        retry=Retry.NEVER,
    )


def bad_start(where: str) -> SourceError:
    """Joined an AAC stream between two frames (0 to 6 % of joins); the next try succeeds."""
    message = f"The decoder could not find its way into the stream of {where}."
    return SourceError("bad start", message)


def unplayable(where: str, last_error: str) -> SourceError:
    """Anything else the decoder says."""
    said = f": {last_error}" if last_error else ""
    return SourceError("decoder failed", f"The decoder could not play {where}{said}.")


NOT_SOUND = (
    "Invalid data",
    "matches no streams",
    "does not contain any stream",
    "Failed to read frame size",  # text that has one or two bytes in common with MP3
)
"""The decoder opened the bytes and found no sound in them: look at what they are."""

_Rule = tuple[str, Callable[[str, re.Match[str]], SourceError]]
_RULES: tuple[_Rule, ...] = (
    (r"unspecified sample rate|[Ss]ample rate not set", lambda where, _: bad_start(where)),
    (
        r"(?:HTTP error|Server returned) (\d{3})\b",
        lambda where, found: http_status(int(found[1]), where),
    ),
    (
        r"Failed to resolve hostname \S+ (.*)",
        lambda where, found: unknown_host(where, found[1]),
    ),
    (r"not on whitelist", lambda where, _: forbidden_protocol(where)),
    (r"certificate", lambda where, _: bad_certificate(where)),
    (r"Connection refused", lambda where, _: refused(where)),
    (r"Network is unreachable|No route to host", lambda where, _: unreachable(where)),
    (r"timed out", lambda where, _: timed_out(where)),
    (r"Connection reset|Broken pipe", lambda where, _: reset(where)),
    (r": End of file", lambda where, _: no_answer(where)),
    (r"Stream ends prematurely at 0,", lambda where, _: no_sound(where)),
)
_COMPILED = tuple((re.compile(pattern), make) for pattern, make in _RULES)


def explain(lines: Sequence[str], where: str) -> SourceError | None:
    """What the decoder's error lines mean for an address, None when they do not tell.

    Rules go from the most to the least specific cause; ffmpeg's generic last line
    ("Input/output error", "Invalid data found") is never enough.
    """
    for pattern, make in _COMPILED:
        for line in reversed(lines):
            if match := pattern.search(line):
                return make(where, match)
    return None


_ANOTHER_FILE = "Check that another player plays it, or name another file."
_FILE_CAUSES = (
    ("moov atom not found", "is cut short: its index, at the end, is missing"),
    ("matches no streams", "holds no sound"),
    ("does not contain any stream", "holds no sound"),
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


def unreadable_file(name: str, error: OSError) -> SourceError:
    """The operating system says no."""
    return bad_file("unreadable", f"{name} cannot be read: {error.strerror}.")


def explain_file(lines: Sequence[str], name: str) -> SourceError:
    """Why a file gave no sound at all, from the decoder's error lines."""
    for sign, cause in _FILE_CAUSES:
        if any(sign in line for line in lines):
            return bad_file("not playable", f"{name} {cause}.", _ANOTHER_FILE)
    return no_sound_in_file(name)
