"""Settings as query parameters, and which endpoint may be used how."""

from __future__ import annotations

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.scribe.query import (
    check_endpoint,
    is_loopback,
    normalise_endpoint,
    query_pairs,
    realtime_url,
    sample_rate,
)
from scribe_tui.settings import SpeechSettings
from tests.support.parameters import refused

BASIC = [("model_id", "scribe_v2_realtime"), ("audio_format", "pcm_16000")]


def test_defaults_ask_for_little() -> None:
    assert query_pairs(SpeechSettings()) == [
        *BASIC,
        ("commit_strategy", "vad"),
        ("include_timestamps", "true"),
    ]


@pytest.mark.parametrize(
    ("setting", "pairs"),
    [
        ({"commit": "manual"}, [("commit_strategy", "manual")]),
        ({"commit": "20"}, [("commit_strategy", "manual")]),
        ({"language": "deu"}, [("language_code", "deu")]),
        (
            {"secondary_languages": ("en", "de")},
            [("secondary_languages", "en"), ("secondary_languages", "de")],
        ),
        ({"keyterms": ("a, b", "c")}, [("keyterms", "a, b"), ("keyterms", "c")]),
        ({"vad_silence_threshold_secs": 1.0}, [("vad_silence_threshold_secs", "1.0")]),
        ({"vad_threshold": 0.5}, [("vad_threshold", "0.5")]),
        ({"min_speech_duration_ms": 100}, [("min_speech_duration_ms", "100")]),
        ({"min_silence_duration_ms": 100}, [("min_silence_duration_ms", "100")]),
        ({"language_detection": True}, [("include_language_detection", "true")]),
        ({"no_verbatim": True}, [("no_verbatim", "true")]),
        ({"entity_detection": ("all",)}, [("entity_detection", "all")]),
        ({"entity_redaction": ("pii",)}, [("entity_redaction", "pii")]),
        ({"entity_redaction_mode": "redacted"}, [("entity_redaction_mode", "redacted")]),
        ({"transcript_edit": "Fix names."}, [("transcript_edit", "Fix names.")]),
        ({"enable_logging": False}, [("enable_logging", "false")]),
        ({"keepalive_interval_ms": 5000}, [("keepalive_interval_ms", "5000")]),
        (
            {"filter_background_audio": True, "timestamps": False},
            [("filter_background_audio", "true")],
        ),
    ],
)
def test_each_setting_is_a_parameter_that_the_endpoint_takes(
    setting: dict, pairs: list[tuple[str, str]]
) -> None:
    found = query_pairs(SpeechSettings(**setting))
    assert [pair for pair in found if pair[0] == pairs[0][0]] == pairs
    query: dict[str, list[str]] = {}
    for name, value in found:
        query.setdefault(name, []).append(value)
    assert refused(query) is None


def test_no_timestamps_is_said_by_silence() -> None:
    assert "include_timestamps" not in dict(query_pairs(SpeechSettings(timestamps=False)))


@pytest.mark.parametrize(
    ("name", "rate"), [("pcm_8000", 8000), ("pcm_44100", 44100), ("ulaw_8000", 8000)]
)
def test_the_rate_is_that_of_the_format(name: str, rate: int) -> None:
    assert sample_rate(SpeechSettings(audio_format=name)) == rate


def test_url_is_escaped() -> None:
    speech = SpeechSettings(keyterms=("a&b=c d",), timestamps=False)
    assert realtime_url("wss://speech.example", speech) == (
        "wss://speech.example/v1/speech-to-text/realtime?model_id=scribe_v2_realtime"
        "&audio_format=pcm_16000&commit_strategy=vad&keyterms=a%26b%3Dc%20d"
    )


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://api.elevenlabs.io", "wss://api.elevenlabs.io"),
        ("http://127.0.0.1:8080/", "ws://127.0.0.1:8080"),
        ("wss://speech.example:444", "wss://speech.example:444"),
        ("WS://[::1]:9/x/", "ws://[::1]:9/x"),
        (" https://a.example ", "wss://a.example"),
        ("wss://a.example/v1/speech-to-text/realtime", "wss://a.example"),
        ("wss://a.example/gate/v1/speech-to-text/realtime/", "wss://a.example/gate"),
    ],
)
def test_an_endpoint_is_written_in_one_form(url: str, base: str) -> None:
    assert normalise_endpoint(url) == base


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.elevenlabs.io",
        "localhost:8080",
        "ftp://a.example",
        "file:///etc/passwd",
        "https://",
        "https://:443",
        "https://a.example:port",
        "https://a.example:0",
        "https://a.example:99999",
        "https://[::1",
        "https://user:secret@a.example",
        "https://a.example/?token=secret",
        "https://a.example/#secret=1",
        "https://a.exa mple",
        "https://a.example/\x1b[2J",
        "https://bücher.example",
    ],
)
def test_no_address_of_a_service(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        normalise_endpoint(url)
    assert "user:secret" not in caught.value.sentence
    assert "token=secret" not in caught.value.sentence
    assert "\x1b" not in caught.value.sentence


@pytest.mark.parametrize(
    ("url", "has_key", "insecure"),
    [
        ("https://api.elevenlabs.io", True, False),
        ("ws://127.0.0.1:1", True, False),
        ("http://localhost:1", True, False),
        ("http://[::1]:1", True, False),
        ("ws://speech.example", False, False),
        ("ws://speech.example", True, True),
    ],
)
def test_endpoints_that_may_have_the_key(url: str, has_key: bool, insecure: bool) -> None:
    base = check_endpoint(url, has_key=has_key, insecure=insecure)
    assert base == normalise_endpoint(url)


@pytest.mark.parametrize(
    "url", ["http://speech.example", "ws://10.0.0.1:1", "http://127.0.0.1.example", "ws://[::2]"]
)
def test_no_key_in_the_clear_to_another_machine(url: str) -> None:
    with pytest.raises(UsageError, match="not encrypted"):
        check_endpoint(url, has_key=True, insecure=False)


def test_only_hosts_of_this_machine_are_loopback() -> None:
    assert is_loopback("ws://127.8.8.8")
    assert is_loopback("ws://a.localhost")
    assert not is_loopback("ws://localhost.example")
    assert not is_loopback("ws://0.0.0.0")
