"""The query of a connection: names, ranges, defaults, and what `session_started` echoes.

Ranges and defaults are those of the API reference; a value out of range is refused with
`invalid_request`, as by the service. Unknown names are ignored here; it is not known whether the
service ignores or refuses them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from scribe_tui.audio.format import FORMATS, AudioFormat
from scribe_tui.local.recognition.messages import RecognitionSettings
from scribe_tui.scribe.wire import STRATEGY_MANUAL, STRATEGY_VAD, Parameter

MODELS: Final = (
    "scribe_v2_realtime",
    "scribe_v2_realtime_turbo",
    "scribe_v2_realtime_lite",
    "scribe_v3_live",
)
"""The models that the service's error text and its SDKs name."""
MAX_KEYTERMS: Final = 50
LANGUAGE: Final = "en"
"""The only language that is recognised here."""
_NOT_OFFLINE: Final = (
    Parameter.KEYTERMS,
    Parameter.ENTITY_DETECTION,
    Parameter.ENTITY_REDACTION,
    Parameter.TRANSCRIPT_EDIT,
    Parameter.NO_VERBATIM,
    Parameter.FILTER_BACKGROUND_AUDIO,
)


class QueryRefusedError(Exception):
    """A query that the service would refuse; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParameters:
    """A checked query. `config` is echoed in `session_started`, in the live service's format."""

    audio_format: AudioFormat
    recognition: RecognitionSettings
    include_timestamps: bool
    include_language_detection: bool
    keepalive_seconds: float | None
    config: Mapping[str, object]
    warnings: tuple[str, ...]


def parse_query(query: str) -> SessionParameters:
    """Check and parse the query string of a URL. Raises QueryRefusedError."""
    given = parse_qs(query, keep_blank_values=True)
    _check_each(given)
    _check_together(given)
    values = {name: values[-1] for name, values in given.items()}
    audio_format = AudioFormat.parse(values.get(Parameter.AUDIO_FORMAT, "pcm_16000"))
    recognition = _recognition(values, audio_format)
    keepalive = values.get(Parameter.KEEPALIVE_INTERVAL_MS)
    return SessionParameters(
        audio_format=audio_format,
        recognition=recognition,
        include_timestamps=_is_on(values, Parameter.INCLUDE_TIMESTAMPS),
        include_language_detection=_is_on(values, Parameter.INCLUDE_LANGUAGE_DETECTION),
        keepalive_seconds=int(keepalive) / 1000 if keepalive else None,
        config=_config(given, values, recognition),
        warnings=_warnings(given),
    )


def _recognition(values: Mapping[str, str], audio_format: AudioFormat) -> RecognitionSettings:
    return RecognitionSettings(
        audio_format=audio_format.name,
        commits_by_vad=values.get(Parameter.COMMIT_STRATEGY) == STRATEGY_VAD,
        vad_silence_threshold_secs=float(values.get(Parameter.VAD_SILENCE_THRESHOLD_SECS, 1.5)),
        vad_threshold=float(values.get(Parameter.VAD_THRESHOLD, 0.4)),
        min_speech_duration_ms=int(values.get(Parameter.MIN_SPEECH_DURATION_MS, 100)),
        min_silence_duration_ms=int(values.get(Parameter.MIN_SILENCE_DURATION_MS, 100)),
    )


def _config(
    given: Mapping[str, Sequence[str]],
    values: Mapping[str, str],
    recognition: RecognitionSettings,
) -> dict[str, object]:
    config: dict[str, object] = {
        "sample_rate": FORMATS[recognition.audio_format].rate,
        "audio_format": recognition.audio_format,
        "language_code": values.get(Parameter.LANGUAGE_CODE),
        "secondary_languages": list(given.get(Parameter.SECONDARY_LANGUAGES, ())),
        "timestamps_granularity": "word",
        "vad_commit_strategy": recognition.commits_by_vad,
        "vad_silence_threshold_secs": recognition.vad_silence_threshold_secs,
        "vad_threshold": recognition.vad_threshold,
        "min_speech_duration_ms": recognition.min_speech_duration_ms,
        "min_silence_duration_ms": recognition.min_silence_duration_ms,
        "max_tokens_to_recompute": 0,
        "model_id": values.get(Parameter.MODEL_ID, MODELS[0]),
        "disable_logging": not _is_on(values, Parameter.ENABLE_LOGGING, default=True),
        "include_timestamps": _is_on(values, Parameter.INCLUDE_TIMESTAMPS),
        "include_language_detection": _is_on(values, Parameter.INCLUDE_LANGUAGE_DETECTION),
        "filter_background_audio": _is_on(values, Parameter.FILTER_BACKGROUND_AUDIO),
        "keyterms": list(given.get(Parameter.KEYTERMS, ())),
        "no_verbatim": _is_on(values, Parameter.NO_VERBATIM),
        "entity_detection": given.get(Parameter.ENTITY_DETECTION),
    }
    if Parameter.KEEPALIVE_INTERVAL_MS in values:
        config["keepalive_interval_ms"] = int(values[Parameter.KEEPALIVE_INTERVAL_MS])
    return config


def _warnings(given: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    warnings = [
        f"{name.value} has no effect offline"
        for name in _NOT_OFFLINE
        if name in given and given[name] != ["false"]
    ]
    language = given.get(Parameter.LANGUAGE_CODE, [LANGUAGE])[-1]
    if language not in (LANGUAGE, "eng"):
        warnings.append(f"only English is recognised offline, not {language}")
    return tuple(warnings)


def _is_on(values: Mapping[str, str], name: Parameter, *, default: bool = False) -> bool:
    return values.get(name, str(default)).lower() == "true"


def _check_each(given: Mapping[str, Sequence[str]]) -> None:
    for name, (is_allowed, shape) in _RULES.items():
        values = given.get(name, ())
        if len(values) > 1 and name not in _REPEATABLE:
            raise QueryRefusedError(f"{name.value} was given more than once")
        for value in values:
            if not is_allowed(value):
                raise QueryRefusedError(f"{name.value} must be {shape}")


def _check_together(given: Mapping[str, Sequence[str]]) -> None:
    if len(given.get(Parameter.KEYTERMS, ())) > MAX_KEYTERMS:
        raise QueryRefusedError(f"keyterms must be at most {MAX_KEYTERMS}")
    entities = {Parameter.ENTITY_DETECTION, Parameter.ENTITY_REDACTION} & given.keys()
    if Parameter.TRANSCRIPT_EDIT in given and entities:
        raise QueryRefusedError("transcript_edit cannot be combined with entity parameters")
    values = {name: values[-1] for name, values in given.items()}
    if _is_on(values, Parameter.FILTER_BACKGROUND_AUDIO) and _is_on(
        values, Parameter.INCLUDE_TIMESTAMPS
    ):
        raise QueryRefusedError(
            "filter_background_audio cannot be combined with include_timestamps"
        )


_Rule = tuple[Callable[[str], bool], str]


def _one_of(*choices: str) -> _Rule:
    return choices.__contains__, f"one of {', '.join(choices)}"


def _number(low: float, high: float) -> _Rule:
    def check(value: str) -> bool:
        return re.fullmatch(r"\d+(\.\d+)?", value, re.ASCII) is not None and (
            low <= float(value) <= high
        )

    return check, f"a number from {low:g} to {high:g}"


def _integer(low: int, high: int) -> _Rule:
    def check(value: str) -> bool:
        return re.fullmatch(r"\d{1,6}", value, re.ASCII) is not None and low <= int(value) <= high

    return check, f"an integer from {low} to {high}"


def _text(most: int) -> _Rule:
    return lambda value: 0 < len(value) <= most, f"1 to {most} characters"


def _pattern(pattern: str, shape: str) -> _Rule:
    return lambda value: re.fullmatch(pattern, value) is not None, shape


_BOOLEAN: Final = _pattern("(?i:true|false)", "true or false")
_LANGUAGE_CODE: Final = _pattern("[a-z]{2,3}", "an ISO 639-1 or 639-3 code without a region")
_ENTITIES: Final = _pattern("[a-z0-9_]+(,[a-z0-9_]+)*", "entity categories or types")
_REPEATABLE: Final = frozenset(
    {
        Parameter.KEYTERMS,
        Parameter.SECONDARY_LANGUAGES,
        Parameter.ENTITY_DETECTION,
        Parameter.ENTITY_REDACTION,
    }
)
_RULES: Final[Mapping[Parameter, _Rule]] = {
    Parameter.MODEL_ID: _one_of(*MODELS),
    Parameter.AUDIO_FORMAT: _one_of(*FORMATS),
    Parameter.COMMIT_STRATEGY: _one_of(STRATEGY_MANUAL, STRATEGY_VAD),
    Parameter.LANGUAGE_CODE: _LANGUAGE_CODE,
    Parameter.SECONDARY_LANGUAGES: _LANGUAGE_CODE,
    Parameter.KEYTERMS: _text(20),
    Parameter.VAD_SILENCE_THRESHOLD_SECS: _number(0.3, 3.0),
    Parameter.VAD_THRESHOLD: _number(0.1, 0.9),
    Parameter.MIN_SPEECH_DURATION_MS: _integer(50, 2000),
    Parameter.MIN_SILENCE_DURATION_MS: _integer(50, 2000),
    Parameter.INCLUDE_TIMESTAMPS: _BOOLEAN,
    Parameter.INCLUDE_LANGUAGE_DETECTION: _BOOLEAN,
    Parameter.NO_VERBATIM: _BOOLEAN,
    Parameter.ENTITY_DETECTION: _ENTITIES,
    Parameter.ENTITY_REDACTION: _ENTITIES,
    Parameter.ENTITY_REDACTION_MODE: _one_of("redacted", "entity_type", "enumerated_entity_type"),
    Parameter.TRANSCRIPT_EDIT: _text(2000),
    Parameter.FILTER_BACKGROUND_AUDIO: _BOOLEAN,
    Parameter.ENABLE_LOGGING: _BOOLEAN,
    Parameter.KEEPALIVE_INTERVAL_MS: _integer(500, 10000),
}
