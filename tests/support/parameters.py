"""The query parameters as the service documents them: names, ranges, conflicts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

FORMATS = {f"pcm_{rate}": rate for rate in (8000, 16000, 22050, 24000, 44100, 48000)}
FORMATS["ulaw_8000"] = 8000

Query = dict[str, list[str]]
"""The parameters of a URL, as returned by `parse_qs`."""

REPEATABLE = {"keyterms", "secondary_languages", "entity_detection", "entity_redaction"}


def _matches(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


def _between(low: float, high: float, number: type = float) -> Callable[[str], bool]:
    def check(value: str) -> bool:
        try:
            return bool(low <= number(value) <= high)
        except ValueError:
            return False

    return check


_BOOL = _matches("true|false")
_LANGUAGE = _matches("[a-z]{2,3}")
_ENTITY = _matches("[a-z0-9_]+")
_CHECKS: dict[str, Callable[[str], bool]] = {
    "model_id": _matches("scribe_v[0-9]+_[a-z_]+"),
    "audio_format": FORMATS.__contains__,
    "commit_strategy": _matches("manual|vad"),
    "language_code": _LANGUAGE,
    "secondary_languages": _LANGUAGE,
    "vad_silence_threshold_secs": _between(0.3, 3.0),
    "vad_threshold": _between(0.1, 0.9),
    "min_speech_duration_ms": _between(50, 2000, int),
    "min_silence_duration_ms": _between(50, 2000, int),
    "include_timestamps": _BOOL,
    "include_language_detection": _BOOL,
    "keyterms": _matches(r"[^<>{}\[\]\\]{1,20}"),
    "no_verbatim": _BOOL,
    "entity_detection": _ENTITY,
    "entity_redaction": _ENTITY,
    "entity_redaction_mode": _matches("redacted|entity_type|enumerated_entity_type"),
    "transcript_edit": lambda value: 0 < len(value) <= 2000,
    "filter_background_audio": _BOOL,
    "enable_logging": _BOOL,
    "keepalive_interval_ms": _between(500, 10000, int),
}


def refused(query: Query, also_known: Collection[str] = ()) -> str | None:
    """Return why the service would refuse `query`, None if it would accept it.

    `also_known`: parameters accepted besides the documented ones.
    """
    for name, values in query.items():
        if name in also_known:
            continue
        if name not in _CHECKS:
            return f"unknown parameter {name}"
        if len(values) > 1 and name not in REPEATABLE:
            return f"{name} was given twice"
        for value in values:
            if not _CHECKS[name](value):
                return f"{name} cannot be {value}"
    return next((text for text, applies in _CLASHES.items() if applies(query)), None)


_CLASHES: dict[str, Callable[[Query], bool]] = {
    "model_id is missing": lambda query: "model_id" not in query,
    "too many keyterms": lambda query: len(query.get("keyterms", [])) > 50,
    "transcript_edit with entities": lambda query: (
        "transcript_edit" in query and bool({"entity_detection", "entity_redaction"} & query.keys())
    ),
    "filter_background_audio with include_timestamps": lambda query: (
        is_on(query, "filter_background_audio") and is_on(query, "include_timestamps")
    ),
    "filter_background_audio with include_language_detection": lambda query: (
        is_on(query, "filter_background_audio") and is_on(query, "include_language_detection")
    ),
}


def is_on(query: Query, name: str) -> bool:
    """Return whether a Boolean parameter is true."""
    return query.get(name) == ["true"]


def audio_shape(query: Query) -> tuple[int, int]:
    """Return samples per second and bytes per sample; the default's for an unknown format."""
    audio_format = query.get("audio_format", ["pcm_16000"])[0]
    return FORMATS.get(audio_format, 16000), 1 if audio_format.startswith("ulaw") else 2


def config(query: Query) -> dict[str, object]:
    """Return what `session_started` echoes, in the form seen on the live service."""
    return {
        "sample_rate": audio_shape(query)[0],
        "audio_format": query.get("audio_format", ["pcm_16000"])[0],
        "language_code": query.get("language_code", [None])[0],
        "vad_commit_strategy": query.get("commit_strategy") == ["vad"],
        "model_id": query["model_id"][0],
        "disable_logging": query.get("enable_logging") == ["false"],
        "include_timestamps": is_on(query, "include_timestamps"),
        "keyterms": query.get("keyterms", []),
    }
