"""How one source is recognised. Ranges are the service's (official API reference)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

from scribe_tui.errors import UsageError
from scribe_tui.rules import check_rules, refused, setting

LANGUAGE_CODE = r"[a-z]{2,3}"
COMMIT = r"vad|manual|\d+(\.\d+)?"
COMMIT_SECONDS = (1.0, 36.0)
"""Range for the seconds between commits of this program.

The service commits by itself after about 36 s of sound.
"""

_OWN_PARAMETERS = frozenset(
    {
        *("commit_strategy", "language_code", "include_timestamps", "include_language_detection"),
        "token",  # would replace the key, and put a secret into the URL
    }
)
"""Query parameters the program sets itself and whose names differ from its settings' names."""
_PARAMETER = r"[A-Za-z0-9._-]{1,64}"
_MAX_VALUE = 2000

RECOGNITION = "Recognition"
VOICE_DETECTION = "Voice detection (only with --commit vad)"
EXTRAS = "Service extras"


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechSettings:
    """How one source is recognised; each source can have its own values."""

    model_id: str = setting(
        "scribe_v2_realtime",
        RECOGNITION,
        help="Recognition model. scribe_v2_realtime costs about 0.39 USD an hour of sound; "
        "scribe_v2_realtime_turbo gives its first text about 0.8 s sooner and pays with "
        "exactness: 11 of 18 short phrases with numbers right, against 17 of a model that "
        "is not live.",
        pattern=r"[a-z0-9_]+",
        shape="a model name such as scribe_v2_realtime",
        metavar="NAME",
    )
    audio_format: str = setting(
        "pcm_16000",
        RECOGNITION,
        help="Sound as sent to the service: PCM of 8 to 48 kHz, or u-law.",
        choices=(
            "pcm_8000",
            "pcm_16000",
            "pcm_22050",
            "pcm_24000",
            "pcm_44100",
            "pcm_48000",
            "ulaw_8000",
        ),
    )
    commit: str = setting(
        "vad",
        RECOGNITION,
        help="When text becomes final: vad (the service hears a pause), manual (the c key), "
        "or every so many SECONDS (1 to 36).",
        pattern=COMMIT,
        shape="vad, manual or a number of seconds from 1 to 36",
        minimum=COMMIT_SECONDS[0],
        maximum=COMMIT_SECONDS[1],
        metavar="vad|manual|SECONDS",
    )
    language: str | None = setting(
        None,
        RECOGNITION,
        help="Language spoken, ISO 639-1 or 639-3; without it the service finds out.",
        pattern=LANGUAGE_CODE,
        shape="a two or three letter code such as en or deu, without a region",
        metavar="CODE",
    )
    secondary_languages: tuple[str, ...] = setting(
        (),
        RECOGNITION,
        help="A further language that may be spoken; repeatable.",
        pattern=LANGUAGE_CODE,
        shape="a two or three letter code such as en or deu, without a region",
        flag="--secondary-language",
        metavar="CODE",
    )
    keyterms: tuple[str, ...] = setting(
        (),
        RECOGNITION,
        help="A word or name to listen for; repeatable, at most 50 of 20 characters and 5 words.",
        max_items=50,
        max_chars=20,
        max_words=5,
        forbidden="<>{}[]\\",
        flag="--keyterm",
        metavar="TERM",
    )
    vad_silence_threshold_secs: float | None = setting(
        None,
        VOICE_DETECTION,
        help="Pause that ends a segment, in seconds (service: 1.5).",
        minimum=0.3,
        maximum=3.0,
    )
    vad_threshold: float | None = setting(
        None,
        VOICE_DETECTION,
        help="How sure speech must be to count (service: 0.4).",
        minimum=0.1,
        maximum=0.9,
    )
    min_speech_duration_ms: int | None = setting(
        None,
        VOICE_DETECTION,
        help="Shortest speech that counts, in ms (service: 100).",
        minimum=50,
        maximum=2000,
    )
    min_silence_duration_ms: int | None = setting(
        None,
        VOICE_DETECTION,
        help="Shortest silence that counts, in ms (service: 100).",
        minimum=50,
        maximum=2000,
    )
    timestamps: bool = setting(True, RECOGNITION, help="Ask for the times of each word.")
    language_detection: bool = setting(False, RECOGNITION, help="Ask which language was spoken.")
    no_verbatim: bool = setting(False, EXTRAS, help="Leave out filler words and false starts.")
    entity_detection: tuple[str, ...] = setting(
        (),
        EXTRAS,
        help="Mark entities (all, pii, phi, pci, other, offensive_language, a type); repeatable.",
        pattern=r"[a-z0-9_]+",
        shape="all, pii, phi, pci, other, offensive_language or an entity type",
        metavar="KIND",
    )
    entity_redaction: tuple[str, ...] = setting(
        (),
        EXTRAS,
        help="Redact entities, kinds as for detection; repeatable.",
        pattern=r"[a-z0-9_]+",
        shape="all, pii, phi, pci, other, offensive_language or an entity type",
        metavar="KIND",
    )
    entity_redaction_mode: str | None = setting(
        None,
        EXTRAS,
        help="How a redacted entity is written.",
        choices=("redacted", "entity_type", "enumerated_entity_type"),
    )
    transcript_edit: str | None = setting(
        None,
        EXTRAS,
        help="Instruction by which the service edits each segment; not with entities.",
        max_chars=2000,
        metavar="TEXT",
    )
    filter_background_audio: bool = setting(
        False,
        EXTRAS,
        help="Ignore distant talk and noise; only with --no-timestamps, and not with "
        "--language-detection.",
    )
    enable_logging: bool = setting(
        True,
        EXTRAS,
        help="Let the service keep logs; off is zero retention (enterprise plans).",
    )
    keepalive_interval_ms: int | None = setting(
        None,
        EXTRAS,
        help="Ask the service for a sign of life this often, in ms (websocket transport only).",
        minimum=500,
        maximum=10000,
    )
    extra: tuple[tuple[str, str], ...] = setting(
        (),
        EXTRAS,
        help="A further query parameter of the service, sent as it is; repeatable. In the file "
        'a table: extra = {name = "value"}.',
        metavar="NAME=VALUE",
        secret=True,
    )

    @property
    def commit_seconds(self) -> float | None:
        """Seconds between commits of this program; None if `commit` is vad or manual."""
        return None if self.commit in ("vad", "manual") else float(self.commit)

    @property
    def uses_vad(self) -> bool:
        """Whether the service's voice detection decides where a segment ends."""
        return self.commit == "vad"

    def __post_init__(self) -> None:
        """Raises UsageError for a wrong value, or values the service would refuse together."""
        check_rules(self)
        if self.transcript_edit and (self.entity_detection or self.entity_redaction):
            raise UsageError(
                "settings clash",
                "transcript_edit cannot be combined with entity_detection or entity_redaction.",
                "Remove one of them.",
            )
        if self.filter_background_audio and self.timestamps:
            raise UsageError(
                "settings clash",
                "filter_background_audio cannot be combined with word times.",
                "Add --no-timestamps (timestamps = false).",
            )
        if self.filter_background_audio and self.language_detection:
            raise UsageError(
                "settings clash",
                "filter_background_audio cannot be combined with language_detection.",
                "Remove one of them.",
            )
        self._check_extra()

    def _check_extra(self) -> None:
        """Raise UsageError for an entry of `extra` that cannot be sent. Its value is not shown."""
        own = {item.name for item in fields(self)} | _OWN_PARAMETERS
        for name, value in self.extra:
            if not re.fullmatch(_PARAMETER, name, re.ASCII):
                raise refused("a name in extra", name, "letters, digits and . _ - up to 64")
            if name.lower() in own:
                raise UsageError(
                    "wrong setting",
                    f"extra cannot hold {name}: the program sets it itself.",
                    "Use the setting of that name, or leave it out.",
                )
            if len(value) > _MAX_VALUE or not value.isprintable():
                raise UsageError(
                    "wrong setting",
                    f"The value of {name} in extra cannot be sent: it takes at most "
                    f"{_MAX_VALUE} characters that can be printed.",
                )
