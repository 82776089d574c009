"""The batch model through the official SDK: send a whole recording, get its text with speakers.

The SDK's `speech_to_text.convert` (POST /v1/speech-to-text) is used through its public interface
and with an HTTP client made here, so that no redirect gets the key and no request is repeated.
The answer is not trusted: its size is limited, its texts are made harmless, its numbers checked.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.events import Word
from scribe_tui.rules import refused
from scribe_tui.sanitize import harmless, harmless_line
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.scribe.failures import without_secrets
from scribe_tui.scribe.handshake import prepare
from scribe_tui.scribe.query import is_loopback

MODEL = "scribe_v2"
PRICE_PER_HOUR = 0.22
"""US dollars per hour of sound (price list, 2026)."""
KEYTERMS_SURCHARGE = 0.20
"""Share of the price that key terms add to it (API reference)."""
FREE_OF_LEAST, LEAST_SECONDS = 100, 20.0
"""With more key terms than FREE_OF_LEAST, at least LEAST_SECONDS of sound are billed for each
recording (API reference)."""
MAX_KEYTERMS, MAX_KEYTERM_CHARS, MAX_KEYTERM_WORDS = 1000, 50, 5
MAX_WORDS = 200_000
UNCHARGED = frozenset({"unreachable", "key refused", "batch refused"})
"""Titles of errors that mean that the service did not process the recording and bills nothing."""
ANSWER_SECONDS = 1800.0
RATE = 16000
"""Samples per second of `pcm_s16le_16`, which is 16-bit little-endian mono PCM."""
_FORBIDDEN = "<>{}[]\\"


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """Options for the model. Raises UsageError for key terms that the service would refuse."""

    language: str | None = None
    keyterms: tuple[str, ...] = ()
    diarize: bool = True

    def __post_init__(self) -> None:
        if len(self.keyterms) > MAX_KEYTERMS:
            raise refused("keyterms", f"{len(self.keyterms)} terms", f"at most {MAX_KEYTERMS}")
        for term in self.keyterms:
            right = (
                0 < len(term.strip()) <= MAX_KEYTERM_CHARS
                and len(term.split()) <= MAX_KEYTERM_WORDS
                and not any(char in term for char in _FORBIDDEN)
            )
            if not right:
                allowed = f"at most {MAX_KEYTERM_CHARS} characters and {MAX_KEYTERM_WORDS} words"
                raise refused("a key term", term, f"{allowed}, without {' '.join(_FORBIDDEN)}")


@dataclass(frozen=True, slots=True)
class BatchTranscript:
    """The text of a recording; word times are seconds since the start of the recording."""

    text: str
    words: tuple[Word, ...]
    language: str | None


def price(parts: Iterable[float], settings: BatchSettings) -> float:
    """The price in US dollars of recordings with these lengths in seconds, each sent alone."""
    surcharge = KEYTERMS_SURCHARGE if settings.keyterms else 0.0
    least = LEAST_SECONDS if len(settings.keyterms) > FREE_OF_LEAST else 0.0
    seconds = sum(max(part, least) for part in parts)
    return seconds / 3600 * PRICE_PER_HOUR * (1 + surcharge)


def read_batch(endpoint: Endpoint, pcm: bytes, settings: BatchSettings) -> BatchTranscript:
    """Send PCM (mono, 16 bit, 16 kHz) and wait for its text. Blocks.

    Raises SpeechError, and UsageError for an unusable endpoint address.
    """
    import httpx
    from elevenlabs.client import ElevenLabs
    from elevenlabs.core.api_error import ApiError

    base = prepare(endpoint)
    optional: dict[str, Any] = {}
    if settings.language is not None:
        optional["language_code"] = settings.language
    if settings.keyterms:
        optional["keyterms"] = list(settings.keyterms)
    http = httpx.Client(
        timeout=ANSWER_SECONDS, follow_redirects=False, trust_env=not is_loopback(base)
    )
    try:
        with http:
            client = ElevenLabs(base_url=base, api_key=endpoint.api_key or "", httpx_client=http)
            answer = client.speech_to_text.convert(
                model_id=MODEL,
                file=("sound.pcm", pcm, "application/octet-stream"),
                file_format="pcm_s16le_16",
                diarize=settings.diarize,
                timestamps_granularity="word",
                tag_audio_events=True,
                request_options={"max_retries": 0},
                **optional,
            )
    except ApiError as error:
        raise _refusal(error.status_code, error.body, endpoint) from None
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
        raise SpeechError(
            "unreachable",
            f"{harmless_line(base)} cannot be reached ({type(error).__name__}).",
            "Start the command again: it goes on where it stopped.",
            retry=Retry.BACKOFF,
        ) from None
    except httpx.HTTPError as error:
        raise SpeechError(
            "no answer",
            f"{harmless_line(base)} gave no answer ({type(error).__name__}).",
            "Start the command again: it goes on where it stopped.",
            retry=Retry.BACKOFF,
        ) from None
    return _reading(answer)


def _reading(answer: Any) -> BatchTranscript:
    text = getattr(answer, "text", None)
    words = getattr(answer, "words", None)
    if not isinstance(text, str) or not isinstance(words, Sequence):
        raise SpeechError("answer", "The speech service sent an answer that is no text.")
    language = getattr(answer, "language_code", None)
    return BatchTranscript(
        harmless(text),
        tuple(word for item in words[:MAX_WORDS] if (word := _word(item)) is not None),
        harmless_line(language)[:20] if isinstance(language, str) else None,
    )


def _word(item: Any) -> Word | None:
    text: Any = getattr(item, "text", None)
    start: Any = getattr(item, "start", None)
    end: Any = getattr(item, "end", None)
    kind, speaker = getattr(item, "type", "word"), getattr(item, "speaker_id", None)
    if not isinstance(text, str) or not _is_time(start) or not _is_time(end):
        return None
    return Word(
        harmless(text),
        float(start),
        float(end),
        harmless_line(kind)[:20] if isinstance(kind, str) else "word",
        None,
        harmless_line(speaker)[:60] if isinstance(speaker, str) else None,
    )


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


def _refusal(status: int | None, body: object, endpoint: Endpoint) -> SpeechError:
    detail = body.get("detail") if isinstance(body, dict) else None
    said = detail.get("message") if isinstance(detail, dict) else detail
    reason = without_secrets(said, endpoint.api_key)[:200] if isinstance(said, str) else ""
    because = f": {reason}" if reason else ""
    if status in (401, 403):
        return SpeechError(
            "key refused",
            f"The speech service refused the API key{because}.",
            "Check ELEVENLABS_API_KEY.",
            retry=Retry.NEVER,
        )
    return SpeechError(
        # Whether a service that failed (5xx) has charged for the recording is unknown.
        "no answer" if (status or 500) >= 500 else "batch refused",
        f"The speech service refused the recording (HTTP {status}){because}.",
        "Start the command again: it goes on where it stopped.",
        retry=Retry.BACKOFF if status in (408, 429) or (status or 0) >= 500 else Retry.NEVER,
    )
