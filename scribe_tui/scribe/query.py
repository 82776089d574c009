"""Settings as connection parameters, and the endpoint's URL."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, quote, urlencode, urlsplit

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line, mask_url
from scribe_tui.scribe import wire
from scribe_tui.scribe.wire import Parameter
from scribe_tui.settings import SpeechSettings

OptionValue = str | bool | int | float | tuple[str, ...]

_SCHEMES = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}


def speech_options(speech: SpeechSettings) -> dict[Parameter, OptionValue]:
    """The connection parameters that differ from the service's defaults, in fixed order.

    The model, the format and the commit strategy are always included. If this program commits
    every so many seconds, the strategy for the service is manual.
    """
    strategy = wire.STRATEGY_VAD if speech.uses_vad else wire.STRATEGY_MANUAL
    optional: dict[Parameter, OptionValue | None] = {
        Parameter.LANGUAGE_CODE: speech.language,
        Parameter.SECONDARY_LANGUAGES: speech.secondary_languages,
        Parameter.KEYTERMS: speech.keyterms,
        Parameter.VAD_SILENCE_THRESHOLD_SECS: speech.vad_silence_threshold_secs,
        Parameter.VAD_THRESHOLD: speech.vad_threshold,
        Parameter.MIN_SPEECH_DURATION_MS: speech.min_speech_duration_ms,
        Parameter.MIN_SILENCE_DURATION_MS: speech.min_silence_duration_ms,
        Parameter.INCLUDE_TIMESTAMPS: speech.timestamps or None,
        Parameter.INCLUDE_LANGUAGE_DETECTION: speech.language_detection or None,
        Parameter.NO_VERBATIM: speech.no_verbatim or None,
        Parameter.ENTITY_DETECTION: speech.entity_detection,
        Parameter.ENTITY_REDACTION: speech.entity_redaction,
        Parameter.ENTITY_REDACTION_MODE: speech.entity_redaction_mode,
        Parameter.TRANSCRIPT_EDIT: speech.transcript_edit,
        Parameter.FILTER_BACKGROUND_AUDIO: speech.filter_background_audio or None,
        Parameter.ENABLE_LOGGING: None if speech.enable_logging else False,
        Parameter.KEEPALIVE_INTERVAL_MS: speech.keepalive_interval_ms,
    }
    return {
        Parameter.MODEL_ID: speech.model_id,
        Parameter.AUDIO_FORMAT: speech.audio_format,
        Parameter.COMMIT_STRATEGY: strategy,
    } | {name: value for name, value in optional.items() if value not in (None, "", ())}


def query_pairs(speech: SpeechSettings) -> list[tuple[str, str]]:
    """`speech_options` as pairs for a query, followed by the user's `extra` parameters.

    Lists become repeated parameters, as the service expects them.
    """
    pairs: list[tuple[str, str]] = []
    for name, value in speech_options(speech).items():
        values = value if isinstance(value, tuple) else (value,)
        pairs += [(name.value, _written(single)) for single in values]
    return [*pairs, *speech.extra]


def _written(value: OptionValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def sample_rate(speech: SpeechSettings) -> int:
    """The sample rate in Hz of the sound to send, read from the name of the wire format."""
    return int(speech.audio_format.partition("_")[2])


def realtime_url(base: str, speech: SpeechSettings) -> str:
    """The URL to connect to; `base` is a result of `normalise_endpoint`."""
    return f"{base}{wire.REALTIME_PATH}?{urlencode(query_pairs(speech), quote_via=quote)}"


def normalise_endpoint(url: str) -> str:
    """`url` as `ws(s)://host[:port][/path]`, without the service's realtime path.

    Accepts http(s) and ws(s). Any other path is kept, as a gateway may need it. Raises UsageError
    for other schemes, and for a user name, a query or a fragment.
    """
    parts = _split(url.strip())
    path = parts.path.rstrip("/").removesuffix(wire.REALTIME_PATH).rstrip("/")
    return f"{_SCHEMES[parts.scheme]}://{parts.netloc}{path}"


def check_endpoint(url: str, *, has_key: bool, insecure: bool) -> str:
    """`normalise_endpoint`, but refuse to send a key unencrypted to another machine.

    Raises UsageError unless the connection is encrypted, or the host is this machine, or
    there is no key, or the user allowed it (`insecure`).
    """
    base = normalise_endpoint(url)
    if base.startswith("ws://") and has_key and not insecure and not is_loopback(base):
        raise UsageError(
            "key in the clear",
            f"The endpoint {base} is not encrypted: your key would be readable on the way.",
            "Use wss:// or https://, or allow it with --insecure.",
        )
    return base


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this machine."""
    host = (urlsplit(url).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:  # an invalid port or IPv6 address
        raise _refused(url) from None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    clean = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme not in _SCHEMES or not (usable and plain and clean):
        raise _refused(url)
    return parts


def _refused(url: str) -> UsageError:
    return UsageError(
        "wrong endpoint",
        f"The endpoint {harmless_line(mask_url(url))!r} is no address of a speech service.",
        "Give an http, https, ws or wss URL with a host, no user name and nothing after the path, "
        "such as https://api.elevenlabs.io.",
    )
