"""The decoder's command line and environment: pure functions.

The reasons for each flag were measured with ffmpeg 5.1 and 9.0:
`-formatprobesize` brings an MP3 station's first sound from 4.6 s to 0.4 s; `-nostdin` and
a closed stdin keep ffmpeg from changing the terminal; `-fflags nobuffer` is absent because
it throws away the sound that was probed. Verbose logging is where tags appear.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from scribe_tui.audio.format import AudioFormat

READ_SECONDS = 90.0
"""ffmpeg's own limit for a silent relay: far above ours, it only ends decoders left behind."""

_QUIET = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+verbose")
_QUICK_PROBE = ("-formatprobesize", "65536", "-analyzeduration", "1000000")
_LONG_PROBE = ("-formatprobesize", "65536", "-analyzeduration", "600000000")
_LONG_PROBE_SIZE = ("-probesize", "200000000")
_KEPT_VARIABLES = frozenset(
    {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "USER", "LOGNAME"}
)
_KEPT_PREFIXES = ("LC_", "LD_", "DYLD_", "PULSE_", "PIPEWIRE_", "DBUS_", "ALSA_")
MATROSKA = "matroska"
"""The format of a copy for any codec. AAC needs what only a file's header contains."""
BARE = "data"
"""The format of a copy without a container: of MPEG streams whole frames with their headers."""
_GO_ON = (
    "asetpts='st(3,if(lt(PTS+ld(1),ld(0)-SR),st(1,ld(0)-PTS),ld(1)));"
    "st(0,PTS+ld(1)+NB_SAMPLES);PTS+ld(1)'"
)
"""An ffmpeg filter: where timestamps start over (joined recordings), they continue from the last
one; else what follows would be taken for a repetition. Variables: 0 the next timestamp, 1 the
offset."""
_FILL_HOLES = f"{_GO_ON},aresample=async=1:first_pts=0"
"""An ffmpeg filter: silence fills holes between timestamps and before the first."""
ONE_PROGRAM = ("-f", "mpegts", "-merge_pmt_versions", "1", "-itsoffset", "0.00001")
"""Flags for a transport stream: its tracks keep their order when the program map renumbers them.
The offset keeps the sound's time: without one older decoders let it begin at 0 in any case."""


@dataclass(frozen=True, slots=True)
class DecoderInput:
    """What to decode: input arguments, a descriptor for stdin (None: closed), variables.

    `track` counts sound tracks from 0. `fill_holes`: fill jumps of timestamps with silence.
    `seconds`: how much to decode, None: all. `copy_as`: format of the copy, if there is one.
    """

    arguments: tuple[str, ...]
    stdin: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    track: int = 0
    fill_holes: bool = False
    seconds: float | None = None
    copy_as: str = MATROSKA

    def reading(self, flags: tuple[str, ...]) -> DecoderInput:
        """The same input, read with further flags."""
        *before, marker, place = self.arguments
        return replace(self, arguments=(*before, *flags, marker, place))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReadOptions:
    """How to read a file. `ignore_length`: for a WAV whose header does not give its size.

    `long_probe`: search for sound that begins late, however late. `track` counts from 0. `seconds`:
    how much to decode, None: all. `fill_holes`: its timestamps can be trusted. `flags`: further
    flags of the decoder.
    """

    flags: tuple[str, ...] = ()
    ignore_length: bool = False
    long_probe: bool = False
    track: int = 0
    seconds: float | None = None
    fill_holes: bool = False


def file_input(path: Path, reading: FileReadOptions | None = None) -> DecoderInput:
    """Decode a file. `file:` and an absolute path make any name safe: `-x`, `a:b`, `50%`."""
    reading = reading or FileReadOptions()
    probe = (*_LONG_PROBE, *_LONG_PROBE_SIZE) if reading.long_probe else _QUICK_PROBE
    length = ("-ignore_length", "1") if reading.ignore_length else ()
    place = f"file:{path.absolute()}"
    return DecoderInput(
        ("-protocol_whitelist", "file,crypto", *probe, *length, *reading.flags, "-i", place),
        track=reading.track,
        fill_holes=reading.fill_holes,
        seconds=reading.seconds,
    )


def pipe_input(descriptor: int) -> DecoderInput:
    """Decode what comes through an open pipe, which the decoder inherits as its stdin."""
    arguments = ("-protocol_whitelist", "pipe", *_QUICK_PROBE, "-i", "pipe:0")
    return DecoderInput(arguments, stdin=descriptor)


def relay_input(
    url: str,
    variables: Mapping[str, str],
    *,
    hls: tuple[str, ...] | None = None,
    long_probe: bool = False,
) -> DecoderInput:
    """Decode what the relay gives for `url`; `variables` lead there.

    `long_probe`: look for sound that begins late. `hls`: flags of the HLS reader that the
    decoder knows, None for plain sound.
    """
    limit = ("-rw_timeout", str(round(READ_SECONDS * 1e6)))
    reader = () if hls is None else ("-f", "hls", "-allowed_extensions", "ALL", *hls)
    allowed = "http,tcp" if hls is None else "http,tcp,crypto"
    probe = (*_LONG_PROBE, *_LONG_PROBE_SIZE) if long_probe else _QUICK_PROBE
    arguments = ("-protocol_whitelist", allowed, *limit, *probe, *reader, "-i", url)
    return DecoderInput(arguments, variables=variables)


def pulse_input(name: str) -> DecoderInput:
    """Record from a source or monitor of the PulseAudio or PipeWire server by its name."""
    return DecoderInput(("-f", "pulse", "-fragment_size", "3200", "-i", name))


def command(
    binary: str, source: DecoderInput, audio_format: AudioFormat, copy_to: int | None = None
) -> list[str]:
    """The whole argument list: decode a sound track of `source` to PCM on stdout.

    All its channels come out, interleaved; the decoder's log says how many. With `copy_to`
    the track goes to that descriptor, too, as it came.
    """
    out = ["-map", f"0:a:{source.track}", "-vn", "-sn", "-dn"]
    if source.seconds is not None:
        out += ["-t", f"{source.seconds:g}"]
    if source.fill_holes:
        out += ["-af", _FILL_HOLES]
    out += ["-ar", str(audio_format.rate), "-f", "s16le", "-flush_packets", "1", "pipe:1"]
    if copy_to is not None:
        out += ["-map", f"0:a:{source.track}", "-c", "copy", "-map_metadata", "-1"]
        out += ["-flush_packets", "1", "-f", source.copy_as, f"pipe:{copy_to}"]
    return [binary, *_QUIET, *source.arguments, *out]


def copy_command(binary: str, source: DecoderInput) -> list[str]:
    """The whole argument list: copy all sound tracks of `source` to stdout, in one container."""
    out = ["-map", "0:a", "-c", "copy", "-map_metadata", "-1"]
    if source.seconds is not None:
        out += ["-t", f"{source.seconds:g}"]
    # Frames of a transport stream lack what Matroska must know before the first of them.
    container = "mpegts" if source.copy_as == BARE else MATROSKA
    return [binary, *_QUIET, *source.arguments, *out, "-f", container, "pipe:1"]


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of a decoder: a few variables of the process's own, and `variables`.

    No others: some change ffmpeg's output, and some of the program's hold secrets. It needs neither
    proxies nor certificates, for it never opens a network connection itself.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    return kept | dict(variables)
