"""Opening a source by its address: microphone, sound server, http(s) address, file or pipe.

The modules of each kind are imported with the first address of that kind.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import Source
from scribe_tui.config.paths import user_path
from scribe_tui.errors import SourceError, UsageError, descriptors_are_exhausted, no_descriptors
from scribe_tui.sanitize import harmless_line, mask_address

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):")
_WEB = ("http", "https")
_MOST_DIGITS = 6
"""Digits of the largest device number; a longer number may still be a device's name."""


STDIN = "-"
"""The address of standard input."""


def open_source(
    address: str,
    audio_format: AudioFormat,
    options: SourceOptions | None = None,
    *,
    speed: float | None = None,
) -> Source:
    """The source at `address`, not opened yet; each opening needs a new one.

    `speed`, unless None, replaces that in `options`. Raises UsageError for an address of no
    known kind, SourceError where the program may open no more files.
    """
    options = options or SourceOptions()
    if speed is not None:
        options = replace(options, speed=speed)
    try:
        return _source_at(address, audio_format, options)
    except (OSError, ImportError) as error:  # an import opens files, too
        if descriptors_are_exhausted(error):
            raise no_descriptors(describe(address)) from error
        raise


def _source_at(address: str, audio_format: AudioFormat, options: SourceOptions) -> Source:
    if (device := _microphone(address)) is not None:
        from scribe_tui.audio.microphone.microphone_source import MicrophoneSource
        from scribe_tui.audio.microphone.named_microphone import NamedMicrophone

        if isinstance(device[0], int):
            return MicrophoneSource(device[0], audio_format, options)
        return NamedMicrophone(device[0], audio_format, options)
    if (sound_source := _pulse(address)) is not None:
        from scribe_tui.audio.microphone.pulse_source import PulseSource

        return PulseSource(sound_source[0], audio_format, options)
    if _is_web(address):
        _check_url(address)
        from scribe_tui.audio.web.web_source import WebSource

        return WebSource(address, audio_format, options)
    path = None if address == STDIN else _path(address)
    if path is None or _is_pipe(path):
        from scribe_tui.audio.file.pipe_source import PipeSource

        return PipeSource(path, audio_format, options)
    from scribe_tui.audio.file.file_source import FileSource

    return FileSource(path, audio_format, options)


def check_address(address: str) -> None:
    """Raise UsageError for an address that can never work; does not use the network."""
    if _microphone(address) is not None or _pulse(address) is not None:
        return
    if _is_web(address):
        _check_url(address)
        return
    if address == STDIN:
        _check_stdin()
        return
    path = _path(address)
    if _is_pipe(path):
        return
    from scribe_tui.audio.file.file_source import check_file
    from scribe_tui.audio.web.playlist import looks_like_playlist

    try:
        check_file(path)
    except SourceError as error:
        missing = isinstance(error.__cause__, FileNotFoundError)
        hint = "For a station, begin with http:// or https://." if missing else ""
        raise UsageError(error.title, error.message, error.remedy or hint) from error
    if path.suffix.lower() == ".mpd":
        raise UsageError(
            "DASH",
            f"{describe(address)} is a DASH manifest, which this program cannot play.",
            "Give the sound file itself, or an HLS address (.m3u8) of the same station.",
        )
    if looks_like_playlist(path.name):
        raise UsageError(
            "playlist file",
            f"{describe(address)} is a playlist, not sound.",
            "Give the address that is written in it.",
        )


def describe(address: str) -> str:
    """`address` fit to be shown and saved: no password, no control characters."""
    if (device := _microphone(address)) is not None:
        return "microphone" if device[0] is None else harmless_line(f"microphone {device[0]}")
    if (sound_source := _pulse(address)) is not None:
        name = sound_source[0]
        return "sound server" if name is None else harmless_line(f"sound source {name}")
    if address == STDIN:
        return "standard input"
    return harmless_line(mask_address(address))


def _microphone(address: str) -> tuple[int | str | None] | None:
    """The device in `mic` or `mic:NUMBER_OR_NAME`, None for any other address."""
    if address == "mic":
        return (None,)
    kind, colon, device = address.partition(":")
    if kind != "mic" or not colon:
        return None
    device = device.strip()
    is_number = device.isascii() and device.isdigit() and len(device) <= _MOST_DIGITS
    return (int(device) if is_number else device or None,)


def _pulse(address: str) -> tuple[str | None] | None:
    """The source in `pulse` or `pulse:NAME`, None for any other address."""
    kind, colon, name = address.partition(":")
    if kind != "pulse" or (not colon and _exists(Path(address))) or "\0" in name:
        return None
    return (name.strip() or None,)


def _is_web(address: str) -> bool:
    return address.lower().startswith(tuple(f"{scheme}://" for scheme in _WEB))


def _check_url(address: str) -> None:
    try:
        parts = urlsplit(address)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not address.isprintable() or " " in address:
        raise UsageError(
            "bad address",
            f"{describe(address)} is not a web address.",
            "Write it like http://host:port/path.",
        )


def _path(address: str) -> Path:
    """The path of an address, which may be a `file:` URL. Raises UsageError if it has none."""
    try:
        path = _path_of_url(address) or user_path(address)
        is_file = path.is_absolute() and address[:5].lower() == "file:"
        usable = bool(address.strip()) and (_exists(path) or is_file or not _SCHEME.match(address))
    except (UsageError, ValueError):  # `~name` of no user; NUL or half a surrogate pair
        usable = False
    if not usable:
        shown = describe(address)
        raise UsageError(
            "unknown source",
            f"{shown!r} is no source." if not shown else f"{shown} is no source.",
            "A source is an http or https address, a file, mic, mic:NUMBER_OR_NAME, "
            "pulse:NAME, or - for standard input.",
        )
    return path


def _path_of_url(address: str) -> Path | None:
    """The path in `file:///path` or `file://localhost/path` (RFC 8089), None for others."""
    if not address.lower().startswith("file://"):
        return None
    host, slash, path = address[len("file://") :].partition("/")
    if not slash or host.lower() not in ("", "localhost"):
        return None
    return Path("/" + unquote(path))


def _check_stdin() -> None:
    if sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise UsageError(
            "no pipe",
            "Nothing is piped into standard input, which - stands for.",
            "Write it like: sox talk.wav -t wav - | scribe-tui record -",
        )


def _is_pipe(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _exists(path: Path) -> bool:
    """Whether the path exists. Raises ValueError for an invalid path."""
    try:
        os.stat(path)  # noqa: PTH116 - Path.exists hides the ValueError
    except OSError:
        return False
    return True


class SourceKind(StrEnum):
    """What an address stands for."""

    WEB = "web"
    FILE = "file"
    PIPE = "pipe"
    MICROPHONE = "microphone"


def kind_of(address: str) -> SourceKind:
    """The kind of source that `address` names. Raises UsageError for an invalid one."""
    if _microphone(address) is not None or _pulse(address) is not None:
        return SourceKind.MICROPHONE
    if _is_web(address):
        return SourceKind.WEB
    if address == STDIN or _is_pipe(_path(address)):
        return SourceKind.PIPE
    return SourceKind.FILE


def path_of(address: str) -> Path:
    """The path of a file's or named pipe's address. Raises UsageError."""
    return _path(address)
