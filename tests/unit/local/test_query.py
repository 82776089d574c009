"""The query: ranges of the wire, its defaults, and the config the live service echoes."""

import pytest

from scribe_tui.local.query import QueryRefusedError, parse_query


def test_defaults_are_the_services():
    params = parse_query("model_id=scribe_v2_realtime")
    assert params.audio_format.name == "pcm_16000"
    assert not params.recognition.commits_by_vad
    assert not params.include_timestamps
    assert params.config["vad_silence_threshold_secs"] == 1.5
    assert params.config["vad_threshold"] == 0.4
    assert params.config["vad_commit_strategy"] is False
    assert params.config["disable_logging"] is False
    assert "keepalive_interval_ms" not in params.config
    assert params.warnings == ()


def test_what_is_given_is_echoed():
    params = parse_query(
        "audio_format=ulaw_8000&commit_strategy=vad&vad_silence_threshold_secs=0.5"
        "&keyterms=mayday&keyterms=pan%20pan&include_timestamps=true&keepalive_interval_ms=500"
    )
    assert params.config["sample_rate"] == 8000
    assert params.config["vad_commit_strategy"] is True
    assert params.config["keyterms"] == ["mayday", "pan pan"]
    assert params.recognition.vad_silence_threshold_secs == 0.5
    assert params.keepalive_seconds == 0.5
    assert params.warnings == ("keyterms has no effect offline",)


def test_another_language_is_taken_with_a_warning():
    assert "not de" in parse_query("language_code=de").warnings[0]


@pytest.mark.parametrize(
    "query",
    [
        "model_id=whisper",
        "audio_format=pcm_7999",
        "commit_strategy=turn_prediction",
        "commit_strategy=vad&commit_strategy=manual",
        "language_code=en-US",
        "vad_silence_threshold_secs=0.2",
        "vad_silence_threshold_secs=nan",
        "vad_threshold=0.95",
        "min_speech_duration_ms=49",
        "min_speech_duration_ms=100.5",
        "min_silence_duration_ms=2001",
        "include_timestamps=maybe",
        f"keyterms={'x' * 21}",
        "&".join(f"keyterms=t{n}" for n in range(51)),
        "entity_redaction_mode=black",
        f"transcript_edit={'x' * 2001}",
        "transcript_edit=shorter&entity_detection=all",
        "filter_background_audio=true&include_timestamps=true",
        "keepalive_interval_ms=499",
        "keepalive_interval_ms=",
    ],
)
def test_what_the_service_would_refuse_is_refused(query):
    with pytest.raises(QueryRefusedError):
        parse_query(query)
