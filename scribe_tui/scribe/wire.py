"""The names on the wire: message types, fields, error types, query parameters.

For use by the modules of this package alone. Source: the vendor's API reference and AsyncAPI
file, 2025 to 2026.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

REALTIME_PATH: Final = "/v1/speech-to-text/realtime"
KEY_HEADER: Final = "xi-api-key"
CONCURRENCY_HEADERS: Final = ("current-concurrent-requests", "maximum-concurrent-requests")
"""Headers in HTTP answers of the service; whether its 101 answer has them is unknown."""
SUBSCRIPTION_PATH: Final = "/v1/user/subscription"

TYPE: Final = "message_type"
TEXT: Final = "text"
ERROR_TEXT: Final = "error"
REASON_FIELDS: Final = ("message", "error", "detail", "reason", "msg", "error_description", "title")
"""Fields in which JSON that is no message of the service gives a reason, most likely first."""

AUDIO_CHUNK: Final = "input_audio_chunk"
AUDIO: Final = "audio_base_64"
COMMIT: Final = "commit"
SAMPLE_RATE: Final = "sample_rate"
PREVIOUS_TEXT: Final = "previous_text"

SESSION_STARTED: Final = "session_started"
PARTIAL: Final = "partial_transcript"
COMMITTED: Final = "committed_transcript"
COMMITTED_TIMED: Final = "committed_transcript_with_timestamps"
COMMITTED_ENTITIES: Final = "committed_transcript_entities"
REDACTED: Final = "redacted_transcript"
EDITED: Final = "edited_transcript"
WARNING: Final = "warning"
INFORMATIONAL: Final = frozenset(
    {
        "final_transcript",
        "final_transcript_with_timestamps",
        "diarized_transcript",
        "speakers_merged",
    }
)
"""Known message types that the program does not use."""

STRATEGY_VAD: Final = "vad"
STRATEGY_MANUAL: Final = "manual"


class ErrorKind(StrEnum):
    """The 14 error types. Each comes as `{"message_type": kind, "error": text}`."""

    ERROR = "error"
    AUTH = "auth_error"
    QUOTA_EXCEEDED = "quota_exceeded"
    UNACCEPTED_TERMS = "unaccepted_terms"
    INVALID_REQUEST = "invalid_request"
    INPUT = "input_error"
    CHUNK_SIZE_EXCEEDED = "chunk_size_exceeded"
    COMMIT_THROTTLED = "commit_throttled"
    RATE_LIMITED = "rate_limited"
    QUEUE_OVERFLOW = "queue_overflow"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    SESSION_TIME_LIMIT_EXCEEDED = "session_time_limit_exceeded"
    INSUFFICIENT_AUDIO_ACTIVITY = "insufficient_audio_activity"
    TRANSCRIBER = "transcriber_error"


ERROR_ALIASES: Final = {"unaccepted_terms_error": ErrorKind.UNACCEPTED_TERMS}
"""Names once used by the official SDKs for one of the 14."""


class Parameter(StrEnum):
    """Query parameters of the connection; none can be changed after the handshake."""

    MODEL_ID = "model_id"
    AUDIO_FORMAT = "audio_format"
    COMMIT_STRATEGY = "commit_strategy"
    LANGUAGE_CODE = "language_code"
    SECONDARY_LANGUAGES = "secondary_languages"
    KEYTERMS = "keyterms"
    VAD_SILENCE_THRESHOLD_SECS = "vad_silence_threshold_secs"
    VAD_THRESHOLD = "vad_threshold"
    MIN_SPEECH_DURATION_MS = "min_speech_duration_ms"
    MIN_SILENCE_DURATION_MS = "min_silence_duration_ms"
    INCLUDE_TIMESTAMPS = "include_timestamps"
    INCLUDE_LANGUAGE_DETECTION = "include_language_detection"
    NO_VERBATIM = "no_verbatim"
    ENTITY_DETECTION = "entity_detection"
    ENTITY_REDACTION = "entity_redaction"
    ENTITY_REDACTION_MODE = "entity_redaction_mode"
    TRANSCRIPT_EDIT = "transcript_edit"
    FILTER_BACKGROUND_AUDIO = "filter_background_audio"
    ENABLE_LOGGING = "enable_logging"
    KEEPALIVE_INTERVAL_MS = "keepalive_interval_ms"
