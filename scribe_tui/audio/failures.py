"""Sentences for what goes wrong with a source, and whether trying again can help.

One place turns HTTP statuses, socket errors and the decoder's error lines into SourceErrors.
`where` is always a masked name fit to be shown: a host, a proxy, or a file's name. What may
pass by itself is worth another try; NEVER is for what a person must change first.
"""

from __future__ import annotations

import errno
import ssl
from collections.abc import Sequence
from http import HTTPStatus

from scribe_tui.audio.tls_failures import no_tls
from scribe_tui.errors import Retry, SourceError, descriptors_are_exhausted, no_descriptors
from scribe_tui.network.retry_after import seconds_asked
from scribe_tui.sanitize import harmless_line, mask_url

CHECK = "Check the address."
_STATUS_REMEDY = {
    401: "Put user and password into the address: http://user:password@host/path.",
    403: "The station does not let you in; it may want another user agent or referer.",
    404: CHECK,
    410: CHECK,
}
MAX_WORDS_CHARS = 160


class StatusError(SourceError):
    """A server answered with an error `status`."""

    def __init__(self, status: int, title: str, message: str, remedy: str = "") -> None:
        super().__init__(title, message, remedy)
        self.status = status


def status_of(error: SourceError) -> int | None:
    """The HTTP status behind an error, None for another kind."""
    return error.status if isinstance(error, StatusError) else None


def http_status(
    code: int, where: str, retry_after: str = "", date: str = "", *, had_password: bool = False
) -> SourceError:
    """The server answered with an error status.

    `retry_after` and `date` are the values of those headers, `had_password`: a password was sent
    with the request.
    """
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = "error"
    message = f"{code} {phrase} from {where}."
    remedy = _STATUS_REMEDY.get(code, "")
    if code == HTTPStatus.UNAUTHORIZED and had_password:
        remedy = "It does not take the user and password in the address."
    error = StatusError(code, f"{code} {phrase}", message, remedy)
    error.retry_after_seconds = seconds_asked(retry_after, date) if retry_after else 0.0
    return error


def from_error(error: Exception, where: str) -> SourceError:
    """What an error of a socket, of TLS, or of reading an answer means."""
    if isinstance(error, SourceError):
        return error
    if isinstance(error, ConnectionRefusedError):
        return connection_refused(where)
    if isinstance(error, ssl.SSLError) and (reason := getattr(error, "reason", None)):
        return no_tls(where, reason)
    number = error.errno if isinstance(error, OSError) else None
    if descriptors_are_exhausted(error):
        return no_descriptors(where)
    if number in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN):
        return host_unreachable(where)
    if number == errno.ETIMEDOUT:
        return timed_out(where)
    if isinstance(error, ValueError):
        return not_http(where)
    if isinstance(error, EOFError):  # IncompleteReadError
        return hung_up(where)
    return connection_reset(where)


def unknown_host(where: str, *, temporary: bool = False) -> SourceError:
    """The name could not be resolved, because there is none or no name server answered."""
    if temporary:
        return SourceError("no name server", f"The name server did not answer for {where}.")
    return SourceError("unknown host", f"There is no host called {where}.", CHECK)


def bad_address(where: str) -> SourceError:
    """The text is not a valid address."""
    return SourceError("bad address", f"{where} is not a web address.", CHECK, retry=Retry.NEVER)


def bad_redirect(where: str) -> SourceError:
    """A server's redirect leads nowhere."""
    message = f"{where} redirects to something that is not a web address."
    return SourceError("bad redirect", message)


def connection_refused(where: str) -> SourceError:
    """No program listens at that port."""
    return SourceError("refused", f"{where} refused the connection.")


def host_unreachable(where: str) -> SourceError:
    """No route, or no network."""
    return SourceError("unreachable", f"{where} cannot be reached: the network is down.")


def timed_out(where: str) -> SourceError:
    """No answer within the time."""
    return SourceError("no answer", f"No answer from {where}: the connection timed out.")


def connection_reset(where: str) -> SourceError:
    """The connection broke."""
    return SourceError("reset", f"{where} broke the connection.")


def hung_up(where: str) -> SourceError:
    """The server hung up before it said anything."""
    return SourceError("hung up", f"{where} closed the connection without an answer.")


def not_http(where: str) -> SourceError:
    """Not a web server, or one that sends invalid answers."""
    return SourceError("not HTTP", f"{where} does not answer in HTTP.", CHECK)


def two_lengths(where: str) -> SourceError:
    """An answer whose end nobody can know."""
    message = f"{where} gives two different lengths for what it sends, and so no end of it."
    return SourceError("two lengths", message)


def broke_off(where: str) -> SourceError:
    """The body ended before the end it had promised."""
    return SourceError("broke off", f"{where} broke off before the end of what it sends.")


def recording_broke_off(where: str, heard_seconds: float, cause: SourceError) -> SourceError:
    """The rest of a recording cannot be fetched. Another try would repeat what was heard."""
    return SourceError(
        "broke off",
        f"The recording of {where} broke off after {heard_seconds:.1f} s: {cause.message}",
        "Start it again to hear it from the beginning.",
        retry=Retry.NEVER,
    )


def sound_kind_changed(where: str) -> SourceError:
    """The format changed in the middle of a stream, and the decoder cannot continue."""
    message = f"What {where} sends changed its kind, or is damaged: its decoder cannot go on."
    return SourceError("sound changed", message)


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


def manifest(where: str, kind: str) -> SourceError:
    """A manifest of a `kind` that is not supported, such as DASH."""
    return SourceError(
        kind,
        f"This address of {where} is a {kind} manifest, which this program cannot play.",
        "Look for an HLS address (.m3u8) of the same station, or for its plain stream.",
        retry=Retry.NEVER,
    )


def encrypted(where: str, cipher: str) -> SourceError:
    """Sound that is encrypted for certain players only (DRM)."""
    shown = harmless_line(cipher)[:20]
    message = f"The sound of {where} is encrypted ({shown}) for certain players alone."
    return SourceError("encrypted", message, "Look for another stream of it.", retry=Retry.NEVER)


def no_key(where: str) -> SourceError:
    """The address of a segment key does not return a key."""
    message = f"{where} gives something else instead of the key to its sound."
    return SourceError("no key", message)


def wrong_key(where: str) -> SourceError:
    """Decrypted segments hold no sound; a server may change its keys too early."""
    message = f"The sound of {where} is encrypted, and the key that it gives does not open it."
    return SourceError("wrong key", message)


def feed(where: str) -> SourceError:
    """A list of a podcast's episodes."""
    return SourceError(
        "podcast feed",
        f"This address of {where} is a podcast's feed, not sound.",
        "Give the address of one of its episodes, which stand in it as enclosures.",
        retry=Retry.NEVER,
    )


def not_sound(where: str) -> SourceError:
    """The decoder finds nothing it knows in the bytes."""
    return SourceError(
        "not sound",
        f"What {where} sends is not sound that the decoder knows.",
        CHECK,
        retry=Retry.NEVER,
    )


def said_instead(where: str, words: str) -> SourceError:
    """A short text instead of sound, such as `{"error": "off air"}`; worth another try."""
    shown = harmless_line(mask_url(words))
    end = "" if shown.endswith((".", "!", "?", "}", ">")) else "."
    message = f"{where} sends no sound but these words: {shown[:MAX_WORDS_CHARS].strip()}{end}"
    return SourceError("no sound", message, CHECK)


def packed(where: str, coding: str) -> SourceError:
    """A body with a content coding that was not requested and is not supported."""
    shown = harmless_line(coding)[:20]
    message = f"{where} packs what it sends ({shown}), though it was asked not to."
    return SourceError("packed", message, CHECK)


def redirect_loop(where: str) -> SourceError:
    """Redirects without end."""
    return SourceError("redirect loop", f"{where} redirects in circles.", CHECK)


def forbidden_protocol(where: str) -> SourceError:
    """A redirect or playlist leads away from http(s)."""
    return SourceError(
        "not http",
        f"{where} leads to an address that is not http or https, and such are not opened.",
        CHECK,
        retry=Retry.NEVER,
    )


def empty_playlist(where: str) -> SourceError:
    """A playlist without a single http(s) entry."""
    return SourceError(
        "empty playlist", f"The playlist of {where} leads to no http or https address.", CHECK
    )


def late_playlist(where: str, kilobytes: int) -> SourceError:
    """A playlist without an entry within `kilobytes`, after which it is not read further."""
    message = f"The playlist of {where} has no http or https address in its first {kilobytes} kB."
    return SourceError("long playlist", message, "Give one of the addresses in it.")


def endless_playlist(where: str) -> SourceError:
    """Playlists that are nested too deeply."""
    return SourceError(
        "endless playlist",
        f"The playlist of {where} leads from list to list without end.",
        CHECK,
        retry=Retry.NEVER,
    )


def undefined_variable(where: str, name: str) -> SourceError:
    """An HLS list uses a variable that is given no value anywhere."""
    shown = harmless_line(name)[:40]
    message = f"The playlist of {where} uses the variable {shown} without giving it a value."
    return SourceError("bad playlist", message, CHECK)


def huge_playlist(where: str, megabytes: float) -> SourceError:
    """A playlist that is larger than `megabytes`."""
    message = f"The playlist of {where} is larger than {megabytes:g} MB and is not read to its end."
    return SourceError("endless playlist", message, CHECK)


def bad_start(where: str) -> SourceError:
    """Joined an AAC stream between two frames (0 to 6 % of joins); the next try succeeds."""
    message = f"The decoder could not find its way into the stream of {where}."
    return SourceError("bad start", message)


def no_index(where: str) -> SourceError:
    """An MP4 whose end, with its index, is missing."""
    return SourceError(
        "cut short",
        f"The recording of {where} is cut short: its index, at the end, is missing.",
        "Look for a whole copy of it.",
        retry=Retry.NEVER,
    )


def unplayable(where: str, last_error: str) -> SourceError:
    """Anything else the decoder says."""
    said = f": {last_error}" if last_error else ""
    return SourceError("decoder failed", f"The decoder could not play {where}{said}.")


def broken_decoder(program: str, reason: str) -> SourceError:
    """The decoder itself does not run, whatever the source is."""
    return SourceError(
        "decoder broken",
        f"The decoder {program} does not work: {reason}.",
        "Install ffmpeg anew, or: pip install 'scribe-tui[ffmpeg]'.",
    )


def decoder_too_large(where: str, megabytes: int) -> SourceError:
    """The decoder wanted more memory than it may have."""
    message = f"The decoder of {where} wanted more than {megabytes} MB of memory and was ended."
    return SourceError("decoder too large", message)


NOT_SOUND = (
    "Invalid data",
    "matches no streams",
    "does not contain any stream",
    "Failed to read frame size",  # text that has one or two bytes in common with MP3
)
"""The decoder opened the bytes and found no sound in them."""

_NO_INDEX = "moov atom not found"
_BAD_START = ("unspecified sample rate", "ample rate not set")


def explain(lines: Sequence[str], where: str) -> SourceError:
    """Why the decoder found no sound in what an address sends, by its error lines."""
    if any(sign in line for sign in _BAD_START for line in lines):
        return bad_start(where)
    if any(_NO_INDEX in line for line in lines):
        return no_index(where)
    if any(sign in line for sign in NOT_SOUND for line in lines):
        return not_sound(where)
    return unplayable(where, lines[-1]) if lines else no_sound(where)
