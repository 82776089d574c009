"""From what a user typed to a Source: microphone, http(s) address or file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from scribe_tui.audio.file.file_source import FileSource, check_file
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.source import Source
from scribe_tui.audio.web.playlist import looks_like_playlist
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.config.paths import user_path
from scribe_tui.errors import SourceError, UsageError
from scribe_tui.sanitize import harmless_line, mask_address

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]+):")
_WEB = ("http", "https")


def open_source(address: str, audio_format: AudioFormat, *, speed: float = 1.0) -> Source:
    """The source at `address`, not opened yet: a reconnect asks for a new one.

    `speed` is for files alone. Raises UsageError for an address of no known kind.
    """
    if (device := _microphone(address)) is not None:
        from scribe_tui.audio.microphone.microphone_source import MicrophoneSource

        return MicrophoneSource(device[0], audio_format)
    if _is_web(address):
        _check_url(address)
        return WebSource(address, audio_format)
    return FileSource(_path(address), audio_format, speed=speed)


def check_address(address: str) -> None:
    """Raise UsageError for what cannot work whatever happens later; touches no network."""
    if _microphone(address) is not None:
        return
    if _is_web(address):
        _check_url(address)
        return
    path = _path(address)
    try:
        check_file(path)
    except SourceError as error:
        missing = isinstance(error.__cause__, FileNotFoundError)
        hint = "For a station, begin with http:// or https://." if missing else ""
        raise UsageError(error.title, error.message, error.remedy or hint) from error
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
    return harmless_line(mask_address(address))


def _microphone(address: str) -> tuple[int | str | None] | None:
    """The device in `mic` or `mic:NUMBER_OR_NAME`, None for any other address."""
    if address == "mic":
        return (None,)
    kind, colon, device = address.partition(":")
    if kind != "mic" or not colon:
        return None
    device = device.strip()
    return (int(device) if device.isascii() and device.isdigit() else device or None,)


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
    """The path an address means. Raises UsageError for one that only looks like a URL."""
    try:
        path = user_path(address)
        usable = bool(address.strip()) and (_exists(path) or not _SCHEME.match(address))
    except (UsageError, ValueError):  # nobody's home; NUL or half a surrogate pair
        usable = False
    if not usable:
        shown = describe(address)
        raise UsageError(
            "unknown source",
            f"{shown!r} is no source." if not shown else f"{shown} is no source.",
            "A source is an http or https address, a file, mic, or mic:NUMBER_OR_NAME.",
        )
    return path


def _exists(path: Path) -> bool:
    """Raises ValueError for what can be no path at all."""
    try:
        os.stat(path)  # noqa: PTH116 - Path.exists hides the ValueError
    except OSError:
        return False
    return True
