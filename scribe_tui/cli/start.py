"""Startup: everything that is read and checked before a screen or a source opens."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scribe_tui.cli.diagnostics import keep_out
from scribe_tui.cli.environment import CONFIG_VARIABLE, read_environment
from scribe_tui.cli.memory import check_memory
from scribe_tui.cli.output import complain
from scribe_tui.config import load
from scribe_tui.config.load import KEY_VARIABLE
from scribe_tui.config.options import OPTIONS
from scribe_tui.config.paths import user_path
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.settings import LOCAL_ENDPOINT, Settings

LOCAL_KEY = "local"
"""Key sent if none is needed: the SDK requires one, and a real one must not be sent there."""

_SECRET_VARIABLES = tuple(option.variable for option in OPTIONS if option.rule.secret)
_SHORTEST_SECRET = 8
"""Least length of a secret; shorter values of further parameters are words such as `true`."""


def read_settings(given: Mapping[str, Any]) -> Settings:
    """Return the settings from click's result, the environment, `.env` and the settings file.

    The key and the secrets of outlets are removed from the process environment here, so that no
    decoder or worker process inherits them. Raises UsageError.
    """
    check_memory()
    environment, warnings = read_environment(os.environ)
    for warning in warnings:
        complain(warning)
    os.environ.pop(KEY_VARIABLE, None)
    keep_out(environment.get(KEY_VARIABLE, "").strip())
    flags = dict(given)
    sources = flags.pop("sources", ())
    takes_file = "config" in flags
    file = flags.pop("config", None) or (environment.get(CONFIG_VARIABLE) if takes_file else None)
    settings = load(flags, sources, environment, user_path(file) if file else None)
    for source in settings.sources:
        for _, value in source.speech.extra:
            keep_out(value if len(value) >= _SHORTEST_SECRET else None)
    for variable in (*_SECRET_VARIABLES, *(v for one in settings.outlets for v in one.variables)):
        os.environ.pop(variable, None)
    return settings


@dataclass(frozen=True, slots=True)
class Checked:
    """Settings that passed every check; `endpoint` None: start the offline one alongside.

    `own`: the same for the endpoints of single sources, by their address as set.
    """

    settings: Settings
    endpoint: Endpoint | None
    own: Mapping[str, Endpoint | None] = field(default_factory=dict)


def check(settings: Settings) -> Checked:
    """Check sources, endpoint and key together. Raises UsageError."""
    if not settings.sources:
        raise UsageError(
            "no source",
            "There is nothing to listen to.",
            "Name a source (scribe-tui https://radio.example/live.mp3, scribe-tui talk.wav, "
            "scribe-tui mic), or see it run first with scribe-tui demo.",
        )
    check_sources(settings)
    check_watches(settings)
    check_outlets(settings)
    own = {
        source.endpoint: check_speech(settings, source.endpoint)
        for source in settings.sources
        if source.endpoint
    }
    # If no source uses it, the program's endpoint need not work.
    shared = any(source.endpoint is None for source in settings.sources)
    endpoint = check_speech(settings) if shared else next(iter(own.values()))
    return Checked(settings, endpoint, own)


def check_watches(settings: Settings) -> None:
    """Raise UsageError for watch lists that cannot be used."""
    if watches := settings.all_watches():
        from scribe_tui.watchwords.stage import WatchStage

        WatchStage(watches)


def check_outlets(settings: Settings) -> None:
    """Raise UsageError for outlets that can never work; report lists for unknown sources."""
    if outlets := settings.all_outlets():
        from scribe_tui.alerts.make import check_outlet

        for outlet in outlets:
            check_outlet(outlet)
    names = [source.name for source in settings.sources]
    lists = [(f"watch list {one.name!r}", one.sources) for one in settings.watches]
    for whose, sources in (*lists, *((f"outlet {one.name}", one.sources) for one in outlets)):
        for name in sources:
            if name not in names:
                close = difflib.get_close_matches(name, names, n=1)
                guess = f" Did you mean {close[0]}?" if close else ""
                complain(
                    f"The {whose} is for a source {harmless_line(name)!r}, and there is none "
                    f"called so.{guess}"
                )


def check_sources(settings: Settings) -> None:
    """Raise UsageError for an impossible source: missing file, unknown scheme, and so on."""
    from scribe_tui.audio.open import check_address

    for source in settings.sources:
        try:
            for address in (source.address, *source.fallbacks):
                check_address(address)
        except UsageError as error:
            if source.name in error.message:
                raise
            message = f"{source.name}: {error.message}"
            raise UsageError(error.title, message, error.remedy) from None


def check_speech(settings: Settings, address: str | None = None) -> Endpoint | None:
    """Return the endpoint, or the one at `address`, with its key; None for the offline one.

    Raises UsageError.
    """
    address = address or settings.endpoint
    if address == LOCAL_ENDPOINT:
        return None
    from scribe_tui.scribe.query import check_endpoint, is_loopback

    key = settings.api_key
    url = check_endpoint(address, has_key=bool(key), insecure=settings.insecure)
    if not key and not is_loopback(url):
        raise UsageError(
            "no key",
            f"There is no key for the speech service: {KEY_VARIABLE} is not set.",
            f"Set it in the environment or in .env ({KEY_VARIABLE}=...; keys are at "
            "https://elevenlabs.io/app/settings/api-keys), or try scribe-tui demo, which "
            "needs none.",
        )
    return Endpoint(url, key or LOCAL_KEY)
