"""`scribe-tui doctor`: checks everything a run needs, with one line of output each."""

from __future__ import annotations

import asyncio
import math
import os
import ssl
import tempfile
import time
import wave
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path

from scribe_tui.audio.decoder.program import decoder_version, find_decoder
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.microphone.microphone_source import list_microphones
from scribe_tui.audio.open import check_address, open_source
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.cli import event_loop
from scribe_tui.cli.devices import NO_MICROPHONE
from scribe_tui.cli.diagnostics import check_diagnostics_folder
from scribe_tui.cli.folders import sessions_folder
from scribe_tui.cli.offline import endpoints_for
from scribe_tui.cli.output import discard_stdout
from scribe_tui.cli.start import Checked, check_speech
from scribe_tui.config.load import KEY_VARIABLE
from scribe_tui.errors import ScribeTuiError, SpeechError
from scribe_tui.journal.run_folder import check_log_folder
from scribe_tui.network.trust import tls_context
from scribe_tui.sanitize import harmless_line, host_of
from scribe_tui.scribe.connection import Connection, Endpoint
from scribe_tui.scribe.failures import closed_error, speech_error
from scribe_tui.scribe.messages import ServiceError, SessionStarted
from scribe_tui.scribe.subscription import read_subscription
from scribe_tui.scribe.transports import connector
from scribe_tui.settings import LOCAL_ENDPOINT, Settings, SourceSettings, SpeechSettings

LISTEN_SECONDS = 3.0
"""Seconds of sound that are read from each source."""

_OPEN_SECONDS = 30.0
_HANDSHAKE_SECONDS = 15.0
_ROOM_BYTES = 1_000_000
"""Bytes that a run writes in some hours."""
_SAMPLE_SECONDS = 0.5
_SAMPLE_RATE = 16000
_QUIET_DBFS = -60.0


class CheckResult(StrEnum):
    """The result of a check."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    mark: CheckResult
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.mark:<4}  {self.subject}: {self.text}"


def run_doctor(settings: Settings) -> int:
    """Print a line for each check; return 0 if none failed, else 1."""
    return event_loop.run(_examine(settings))


async def _examine(settings: Settings) -> int:
    failed = False
    async with aclosing(_findings(settings)) as findings:
        async for finding in findings:
            failed = failed or finding.mark is CheckResult.FAIL
            try:
                print(finding, flush=True)
            except BrokenPipeError:  # `doctor | head -1`: the reader has seen enough
                discard_stdout()
                break
    return 1 if failed else 0


async def _findings(settings: Settings) -> AsyncGenerator[Finding, None]:
    yield _key(settings)
    for subject, source in _ways(settings).items():
        yield await _tried(subject, partial(_endpoint, settings, source))
    subscription = await _subscription(settings)
    if subscription is not None:
        yield subscription
    yield _certificates()
    yield await _tried("decoder", _decoder)
    yield await _tried("microphones", _microphones)
    yield await _tried("log folder", lambda: _log_folder(settings))
    yield await _tried("diagnostics", _diagnostics)
    sources = [
        asyncio.create_task(_tried(source.name, partial(_source, source)))
        for source in settings.sources
    ]
    for task in sources:
        yield await task


async def _tried(
    subject: str, examine: Callable[[], Awaitable[tuple[CheckResult, str]]]
) -> Finding:
    try:
        mark, text = await examine()
    except ScribeTuiError as error:
        return Finding(CheckResult.FAIL, subject, error.sentence)
    return Finding(mark, subject, text)


def _key(settings: Settings) -> Finding:
    """Return whether there is a key, without revealing anything of it."""
    if settings.api_key:
        return Finding(CheckResult.OK, "key", f"{KEY_VARIABLE} is set.")
    used = {settings.endpoint_of(source) for source in settings.sources} or {settings.endpoint}
    if used == {LOCAL_ENDPOINT}:
        return Finding(CheckResult.OK, "key", "the offline endpoint needs none.")
    return Finding(CheckResult.WARN, "key", f"{KEY_VARIABLE} is not set.")


def _ways(settings: Settings) -> dict[str, SourceSettings | None]:
    """Return a source for each endpoint in use, by the subject of its line; None: no source."""
    ways: dict[str, SourceSettings | None] = {}
    for source in settings.sources:
        subject = f"endpoint of {source.name}" if source.endpoint else "endpoint"
        ways.setdefault(subject, source)
    return ways or {"endpoint": None}


async def _endpoint(settings: Settings, source: SourceSettings | None) -> tuple[CheckResult, str]:
    """Make a complete handshake with the settings of `source`, up to `session_started`."""
    address = settings.endpoint_of(source) if source else settings.endpoint
    transport = settings.transport_of(source) if source else settings.transport
    speech = source.speech if source else SpeechSettings()
    async with endpoints_for(Checked(settings, check_speech(settings, address))) as endpoints:
        endpoint = endpoints.shared
        begun = time.monotonic()
        connection = await connector(transport)(endpoint, speech)
        try:
            async with asyncio.timeout(_HANDSHAKE_SECONDS):
                await _session_started(connection)
        except TimeoutError:
            raise _no_start(endpoint) from None
        finally:
            await connection.close()
    took = (time.monotonic() - begun) * 1000
    return CheckResult.OK, f"{host_of(endpoint.url)} started a session in {took:.0f} ms."


async def _session_started(connection: Connection) -> None:
    async for message in connection:
        if isinstance(message, SessionStarted):
            return
        if isinstance(message, ServiceError):
            raise speech_error(message.kind, message.text)
    close = connection.close_info
    if close is not None:
        raise closed_error(close)


def _no_start(endpoint: Endpoint) -> SpeechError:
    return SpeechError(
        "no answer",
        f"{host_of(endpoint.url)} took the connection but started no session in "
        f"{_HANDSHAKE_SECONDS:g} s.",
        "Check --endpoint.",
    )


async def _subscription(settings: Settings) -> Finding | None:
    """Return what the service reports about the key's subscription; None if it reports nothing."""
    if not settings.api_key:
        return None
    try:
        endpoint = check_speech(settings)
        found = await asyncio.to_thread(read_subscription, endpoint) if endpoint else None
    except ScribeTuiError:  # reported in the endpoint's own line
        return None
    if found is None:
        return None
    return Finding(
        CheckResult.WARN if found.is_worrying else CheckResult.OK, "subscription", found.text
    )


def _certificates() -> Finding:
    """Return which certificates are trusted; a variable with a wrong path leaves none."""
    subject = "certificates"
    named = {name: os.environ.get(name, "") for name in ("SSL_CERT_FILE", "SSL_CERT_DIR")}
    for variable, place in named.items():
        if place and (lack := _lack_of(variable, Path(place))):
            text = f"{variable} names {harmless_line(place)}, which {lack}: nothing is trusted."
            return Finding(CheckResult.FAIL, subject, text)
    if variables := " and ".join(name for name, place in named.items() if place):
        return Finding(CheckResult.OK, subject, f"those that {variables} names are trusted.")
    store = ssl.get_default_verify_paths()
    found = store.cafile or store.capath
    if found is None:
        return Finding(
            CheckResult.OK, subject, "this machine has no store of its own, certifi's are trusted."
        )
    return Finding(
        CheckResult.OK, subject, f"those of this machine ({found}) and certifi's are trusted."
    )


def _lack_of(variable: str, path: Path) -> str:
    """Return why no certificate can come from `path`, "" if one can.

    Folders are only read when they are used.
    """
    if not path.exists():
        return "is not there"
    if variable == "SSL_CERT_DIR":
        return "" if path.is_dir() else "is no folder"
    if not path.is_file():
        return "is no file"
    return "" if tls_context().cert_store_stats()["x509_ca"] else "holds no certificate"


async def _decoder() -> tuple[CheckResult, str]:
    """Return the decoder's version, and whether it decodes a generated sound."""
    path = find_decoder()
    version = await decoder_version(path)
    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            samples = await _decoded_sample()
    except (ScribeTuiError, TimeoutError) as error:
        reason = error.message if isinstance(error, ScribeTuiError) else "it took too long."
        return CheckResult.FAIL, f"{version} at {path} could not decode a sound made here: {reason}"
    if samples < _SAMPLE_SECONDS * _SAMPLE_RATE / 2:
        return CheckResult.FAIL, f"{version} at {path} decoded only a part of a sound made here."
    return CheckResult.OK, f"{version} at {path}."


async def _decoded_sample() -> int:
    """Return the number of samples decoded from a WAV file of `_SAMPLE_SECONDS`.

    Raises SourceError.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tone.wav"
        with wave.open(str(file), "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(_SAMPLE_RATE)
            sound.writeframes(bytes(range(200)) * round(_SAMPLE_SECONDS * _SAMPLE_RATE / 100))
        pcm = 0
        audio_format = AudioFormat.parse(f"pcm_{_SAMPLE_RATE}")
        async with open_source(str(file), audio_format, speed=16.0) as source:
            async for chunk in source:
                pcm += len(chunk.pcm)
    return pcm // 2


async def _diagnostics() -> tuple[CheckResult, str]:
    folder = check_diagnostics_folder(_ROOM_BYTES)
    return CheckResult.OK, f"{harmless_line(str(folder))} can be written."


async def _microphones() -> tuple[CheckResult, str]:
    """List the microphones; having none is not a failure."""
    try:
        microphones = await asyncio.to_thread(list_microphones)
    except ScribeTuiError as error:
        return CheckResult.WARN, error.sentence
    if not microphones:
        return CheckResult.WARN, NO_MICROPHONE
    return CheckResult.OK, ", ".join(f"mic:{item.number} {item.name}" for item in microphones)


async def _log_folder(settings: Settings) -> tuple[CheckResult, str]:
    folder = sessions_folder(settings.log_dir)
    check_log_folder(folder, _ROOM_BYTES)
    return CheckResult.OK, f"{harmless_line(str(folder))} can be written."


async def _source(settings: SourceSettings) -> tuple[CheckResult, str]:
    """Open the source and read some sound from it."""
    check_address(settings.address)
    audio_format = AudioFormat.parse(settings.speech.audio_format)
    begun = time.monotonic()
    first = math.nan
    pcm = bytearray()
    try:
        async with (
            asyncio.timeout(_OPEN_SECONDS),
            open_source(settings.address, audio_format, SourceOptions.of(settings)) as source,
        ):
            async for chunk in source:
                first = time.monotonic() - begun if not pcm else first
                pcm += chunk.pcm
                if len(pcm) >= LISTEN_SECONDS * audio_format.rate * 2:
                    break
            codec = source.status.codec or "unknown codec"
    except TimeoutError:
        return CheckResult.FAIL, f"no sound within {_OPEN_SECONDS:g} s."
    if not pcm:
        return CheckResult.FAIL, "it ended without any sound."
    return _heard(codec, first, level_dbfs(bytes(pcm)))


def _heard(codec: str, first: float, level: float) -> tuple[CheckResult, str]:
    facts = f"{codec}, first sound after {first:.1f} s"
    if level < _QUIET_DBFS:
        return CheckResult.WARN, f"{facts}, but it is silent."
    return CheckResult.OK, f"{facts}, level {level:.0f} dBFS."
