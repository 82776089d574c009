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
"""ffmpeg's own limit for a relay that says nothing: far above ours, it only ends orphans."""

_QUIET = ("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+verbose")
_QUICK_PROBE = ("-formatprobesize", "65536", "-analyzeduration", "1000000")
_LONG_PROBE = ("-formatprobesize", "65536", "-analyzeduration", "600000000")
_LONG_PROBE_SIZE = ("-probesize", "200000000")
_KEPT_VARIABLES = frozenset(
    {"PATH", "HOME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "XDG_RUNTIME_DIR", "USER", "LOGNAME"}
)
_KEPT_PREFIXES = ("LC_", "LD_", "DYLD_", "PULSE_", "PIPEWIRE_", "DBUS_", "ALSA_")
MATROSKA = "matroska"
"""Holds any codec, but must know of AAC what only a file's header contains."""
BARE = "data"
"""The packets as they are: of MPEG streams whole frames, each with its header."""
_GO_ON = (
    "asetpts='st(3,if(lt(PTS+ld(1),ld(0)-SR),st(1,ld(0)-PTS),ld(1)));"
    "st(0,PTS+ld(1)+NB_SAMPLES);PTS+ld(1)'"
)
"""Timestamps that begin anew, where recordings were joined, go on from where they were; else
what follows would be taken for what was heard. Variables: 0 the next one, 1 what is added."""
_FILL_HOLES = f"{_GO_ON},aresample=async=1:first_pts=0"
"""Silence for holes between timestamps and before the first: sound stays at its place."""
ONE_PROGRAM = ("-f", "mpegts", "-merge_pmt_versions", "1", "-itsoffset", "0.00001")
"""A broadcast's tracks keep their places when its program map numbers them anew, and its sound its
time: without an offset older decoders let it begin at 0 whatever stands before it."""


@dataclass(frozen=True, slots=True)
class DecoderInput:
    """What to decode: input arguments, a descriptor for stdin (None: closed), variables.

    `track` counts sound tracks from 0. `fill_holes`: for timestamps that can be trusted.
    `copy_as`: what the sound is put into where it is copied, too.
    """

    arguments: tuple[str, ...]
    stdin: int | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    track: int = 0
    fill_holes: bool = False
    seconds: float | None = None
    copy_as: str = MATROSKA

    def reading(self, flags: tuple[str, ...]) -> DecoderInput:
        """The same, read with further flags."""
        *before, marker, place = self.arguments
        return replace(self, arguments=(*before, *flags, marker, place))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReadOptions:
    """How a file is to be read. `ignore_length`: a WAV whose header does not give its size.

    `long_probe`: look for sound that begins late, for as long as it takes. `track` from 0;
    `seconds`: no more than that, None: all. `fill_holes`: its times can be trusted. `flags`:
    further ones of the decoder.
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
    """What a decoder needs of ours, and `variables`.

    Nothing else: ffmpeg has variables that change its output, and the program's own hold
    secrets. Proxies and certificates are none of its business: it never goes into the net.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in _KEPT_VARIABLES or name.startswith(_KEPT_PREFIXES)
    }
    return kept | dict(variables)
