"""Settings refuse in words what the service would refuse, before a connection is opened."""

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.scribe.wire import Parameter
from scribe_tui.settings import Settings, SourceSettings, SpeechSettings


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("audio_format", "pcm_7999", "one of pcm_8000"),
        ("commit", "sometimes", "vad, manual or a number of seconds from 1 to 36"),
        ("commit", "0.5", "from 1 to 36"),
        ("commit", "37", "from 1 to 36"),
        ("commit", "5\n", "from 1 to 36"),
        ("language", "en-US", "without a region"),
        ("secondary_languages", ("de", "english"), "without a region"),
        ("keyterms", ("x" * 40,), "at most 20 characters, and it has 40"),
        ("keyterms", ("",), "not empty"),
        ("keyterms", ("x",) * 51, "at most 50"),
        ("vad_silence_threshold_secs", 0.29, "from 0.3 to 3"),
        ("vad_silence_threshold_secs", float("nan"), "from 0.3 to 3"),
        ("vad_threshold", 0.91, "from 0.1 to 0.9"),
        ("min_speech_duration_ms", 49, "from 50 to 2000"),
        ("min_silence_duration_ms", 2001, "from 50 to 2000"),
        ("entity_redaction_mode", "blank", "one of redacted"),
        ("transcript_edit", "x" * 2001, "at most 2000 characters"),
        ("keepalive_interval_ms", 499, "from 500 to 10000"),
    ],
)
def test_a_value_out_of_range_is_refused_by_name_with_what_is_allowed(name, value, told):
    with pytest.raises(UsageError) as caught:
        SpeechSettings(**{name: value})
    assert caught.value.message.startswith(f"{name} cannot be ")
    assert told in caught.value.message


@pytest.mark.parametrize(
    "values",
    [
        {"commit": "1"},
        {"commit": "36"},
        {"commit": "2.5"},
        {"vad_silence_threshold_secs": 0.3, "vad_threshold": 0.9},
        {"keyterms": ("x" * 20,) * 50},
        {"language": "deu", "secondary_languages": ("en", "fr")},
        {"filter_background_audio": True, "timestamps": False},
    ],
)
def test_values_at_the_edge_of_their_range_are_taken(values):
    SpeechSettings(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"transcript_edit": "shorter", "entity_detection": ("all",)},
        {"transcript_edit": "shorter", "entity_redaction": ("pii",)},
        {"filter_background_audio": True},
    ],
)
def test_settings_the_service_refuses_together_are_refused_with_a_remedy(values):
    with pytest.raises(UsageError) as caught:
        SpeechSettings(**values)
    assert caught.value.remedy


def test_a_keepalive_the_sdk_does_not_know_needs_the_other_transport():
    speech = SpeechSettings(keepalive_interval_ms=5000)
    source = SourceSettings(name="a", address="mic", speech=speech)
    with pytest.raises(UsageError, match="official SDK"):
        Settings(sources=(source,))
    Settings(sources=(source,), transport="websocket")


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("inf"), float("nan")])
def test_a_time_to_stop_must_be_a_finite_positive_number(seconds):
    with pytest.raises(UsageError, match="or more"):
        Settings(seconds=seconds)


def test_the_commit_setting_is_read_as_strategy_or_rhythm():
    assert SpeechSettings(commit="vad").uses_vad
    assert SpeechSettings(commit="manual").commit_seconds is None
    assert SpeechSettings(commit="2.5").commit_seconds == 2.5


def test_the_key_and_url_passwords_are_not_shown():
    assert "sk_secret" not in repr(Settings(api_key="sk_secret"))
    with pytest.raises(UsageError) as caught:
        SpeechSettings(language="http://user:hunter2@host/")
    assert "hunter2" not in caught.value.sentence


@pytest.mark.parametrize("char", "<>{}[]\\")
def test_key_terms_hold_no_brackets_and_few_words(char):
    with pytest.raises(UsageError, match="a text without < >"):
        SpeechSettings(keyterms=(f"a{char}b",))
    with pytest.raises(UsageError, match="at most 5 words, and it has 6"):
        SpeechSettings(keyterms=("a b c d e f",))
    SpeechSettings(keyterms=("a b c d e", "AT&T (UK), 50%"))


def test_background_filtering_goes_without_language_detection():
    with pytest.raises(UsageError, match="cannot be combined with language_detection"):
        SpeechSettings(filter_background_audio=True, timestamps=False, language_detection=True)


@pytest.mark.parametrize("name", [*Parameter, "token", "Model_ID", "keyterms"])
def test_further_parameters_are_none_that_the_program_sets(name):
    with pytest.raises(UsageError, match="the program sets it itself") as caught:
        SpeechSettings(extra=((name, "hunter2"),))
    assert "hunter2" not in caught.value.sentence


@pytest.mark.parametrize(
    "pair", [("a b", "1"), ("", "1"), ("é", "1"), ("a", "x\n"), ("a", "x" * 2001)]
)
def test_further_parameters_that_cannot_be_sent_are_refused(pair):
    with pytest.raises(UsageError) as caught:
        SpeechSettings(extra=(pair,))
    assert "x" * 50 not in caught.value.sentence


def test_the_values_of_further_parameters_are_not_in_the_repr():
    assert "hunter2" not in repr(SpeechSettings(extra=(("tenant", "hunter2"),)))
