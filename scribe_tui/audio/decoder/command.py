"""The decoder's command line, environment and standard input: pure functions.

The reasons for each flag were measured with ffmpeg 5.1 and 9.0:
`-formatprobesize` brings an MP3 station's first sound from 4.6 s to 0.4 s; `-nostdin` and
a closed stdin keep ffmpeg from changing the terminal; `-fflags nobuffer` is absent because
it throws away the sound that was probed; the `-reconnect` flags are absent because they
ask a broken server thousands of times a second. Verbose logging is where titles appear.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scribe_tui import __version__
from scribe_tui.audio.format import AudioFormat
from scribe_tui.sanitize import mask_url

USER_AGENT = f"scribe-tui/{__version__}"
SOCKET_TIMEOUT_SECONDS = 15.0
"""ffmpeg's own limit, below our stall watchdog: it also ends orphans of a killed program."""

_QUIET = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+verbose")
_PROBE = ("-formatprobesize", "65536", "-analyzeduration", "1000000")
_WEB_PROTOCOLS = "http,https,tcp,tls,httpproxy,crypto"


@dataclass(frozen=True, slots=True)
class DecoderInput:
    """What to decode: input arguments, and what ffmpeg reads on stdin (nothing: closed)."""

    arguments: tuple[str, ...]
    stdin: bytes = b""


def file_input(path: Path) -> DecoderInput:
    """Decode a file. `file:` and an absolute path make any name safe: `-x`, `a:b`, `50%`."""
    place = f"file:{path.absolute()}"
    return DecoderInput(("-protocol_whitelist", "file,crypto", *_PROBE, "-i", place))


def url_input(url: str, *, user_agent: str = USER_AGENT) -> DecoderInput:
    """Decode an http(s) address.

    The whitelist keeps whatever the server answers (HLS, concat lists, redirects) from
    reaching local files. An address with a secret goes in through stdin as a
    concat script, because other users can read argument lists.
    """
    options = {
        "rw_timeout": str(round(SOCKET_TIMEOUT_SECONDS * 1e6)),
        "user_agent": user_agent,
        "icy": "1",
    }
    if url.lower().startswith("https:"):
        # ffmpeg 5.1 trusts anybody unless told; on an http address ca_file is an error.
        options |= {"tls_verify": "1", "ca_file": certificate_file()}
    if mask_url(url) != url:
        allowed = f"{_WEB_PROTOCOLS},pipe"
        arguments = ("-protocol_whitelist", allowed, *_PROBE, "-f", "concat", "-safe", "0")
        return DecoderInput((*arguments, "-i", "pipe:0"), _concat_script(url, options))
    flags = [part for key, value in options.items() for part in (f"-{key}", value)]
    return DecoderInput(("-protocol_whitelist", _WEB_PROTOCOLS, *flags, *_PROBE, "-i", url))


def command(binary: str, source: DecoderInput, audio_format: AudioFormat) -> list[str]:
    """The whole argument list: decode the first sound of `source` to mono PCM on stdout."""
    rate = str(audio_format.rate)
    out = f"-map 0:a:0 -vn -sn -dn -ac 1 -ar {rate} -f s16le -flush_packets 1 pipe:1"
    return [binary, *_QUIET, *source.arguments, *out.split()]


def environment() -> dict[str, str]:
    """Ours, with a certificate store that a statically linked ffmpeg can find."""
    return dict(os.environ) | {"SSL_CERT_FILE": certificate_file()}


def certificate_file() -> str:
    """The certificates to trust: what the user's environment names, else certifi's."""
    import certifi

    return os.environ.get("SSL_CERT_FILE") or certifi.where()


def _concat_script(url: str, options: Mapping[str, str]) -> bytes:
    lines = ["ffconcat version 1.0", f"file {_quoted(url)}"]
    lines += [f"option {key} {_quoted(value)}" for key, value in options.items()]
    return ("\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    """As one ffmpeg token: https://ffmpeg.org/ffmpeg-utils.html#Quoting-and-escaping."""
    return "'" + text.replace("'", "'\\''") + "'"
