"""Flags over environment over file over defaults; every complaint says where it comes from."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.config import OPTIONS, load
from scribe_tui.config.names import (
    MAX_NAME_CHARS,
    default_name,
    default_names,
    split_spec,
    unique_names,
)
from scribe_tui.config.toml import read_toml
from scribe_tui.errors import UsageError
from scribe_tui.settings import Settings, SourceSettings, SpeechSettings


@pytest.fixture
def toml(tmp_path):
    """Write a settings file and give its path."""

    def write(text: str) -> Path:
        path = tmp_path / "stations.toml"
        path.write_text(text)
        return path

    return write


def only_source(settings: Settings) -> SourceSettings:
    (source,) = settings.sources
    return source


def test_every_option_is_one_field_and_every_field_of_speech_is_an_option():
    names = [option.name for option in OPTIONS]
    assert len(names) == len(set(names))
    assert {item.name for item in fields(SpeechSettings)} <= set(names)


def test_flag_wins_over_environment_over_file_over_default(toml):
    file = toml('language = "fr"\ntransport = "websocket"\n[[source]]\nsource = "mic"\n')
    environment = {"SCRIBE_LANGUAGE": "de", "SCRIBE_SPEED": "2"}
    from_file = load({}, [], {}, file)
    assert only_source(from_file).speech.language == "fr"
    assert from_file.transport == "websocket"
    assert only_source(load({}, [], environment, file)).speech.language == "de"
    source = only_source(load({"language": "en"}, [], environment, file))
    assert (source.speech.language, source.speed) == ("en", 2.0)
    assert source.speech.audio_format == "pcm_16000"


def test_a_source_of_the_file_has_options_of_its_own_and_the_rest_the_shared_ones(toml):
    settings = load(
        {},
        ["extra=mic:2"],
        {},
        toml(
            """
            language = "en"
            keyterms = ["Bundestag"]
            [[source]]
            name = "news"
            source = "https://radio.example/news.mp3"
            language = "de"
            commit = 5
            speed = 2
            [[source]]
            source = "talk=https://radio.example/talk.mp3"
            """
        ),
    )
    news, talk, extra = settings.sources
    assert (news.name, news.speech.language, news.speech.commit, news.speed) == (
        "news",
        "de",
        "5",
        2,
    )
    assert (talk.name, talk.speech.language) == ("talk", "en")
    assert (extra.name, extra.address) == ("extra", "mic:2")
    assert all(source.speech.keyterms == ("Bundestag",) for source in settings.sources)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    path = tmp_path / "notepad.toml"
    path.write_bytes(b'\xef\xbb\xbflanguage = "en"\n[[source]]\nsource = "mic"\n')
    assert only_source(load({}, [], {}, path)).speech.language == "en"


def test_environment_lists_have_commas_and_switches_have_words():
    environment = {
        "SCRIBE_KEYTERMS": "Bundestag, Brandt,",
        "SCRIBE_TIMESTAMPS": "off",
        "SCRIBE_MOUSE": "YES",
        "SCRIBE_LANGUAGE": "",
        "SCRIBE_LOG_DIR": "~/logs",
    }
    settings = load({}, ["mic"], environment)
    speech = only_source(settings).speech
    assert speech.keyterms == ("Bundestag", "Brandt")
    assert (speech.timestamps, settings.mouse, speech.language) == (False, True, None)
    assert settings.log_dir == Path.home() / "logs"


def test_a_switch_is_known_by_either_of_its_flags(toml):
    file = toml('no-timestamps = true\n[[source]]\nsource = "mic"\nverbatim = false\n')
    speech = only_source(load({}, [], {}, file)).speech
    assert (speech.timestamps, speech.no_verbatim) == (False, True)
    environment = {"SCRIBE_NO_TIMESTAMPS": "0", "SCRIBE_NO_ENABLE_LOGGING": "1"}
    speech = only_source(load({}, [], environment, file)).speech
    assert (speech.timestamps, speech.enable_logging) == (True, False)
    with pytest.raises(UsageError, match="SCRIBE_NO_MOUSE cannot be 'perhaps'"):
        load({}, [], {"SCRIBE_NO_MOUSE": "perhaps"})


def test_no_name_of_an_option_means_two_things():
    names = [key for option in OPTIONS for key in option.keys | option.opposites]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", ["SCRIBE_KEYTERM", "SCRIBE_KEYTERMS"])
def test_a_list_is_known_by_its_flag_and_by_its_plural(name):
    assert only_source(load({}, ["mic"], {name: "Brandt"})).speech.keyterms == ("Brandt",)


@pytest.mark.parametrize(
    ("flags", "environment", "told"),
    [
        ({"language": "en-US"}, {}, "--language cannot be 'en-US'"),
        ({"keyterms": ("x" * 40,)}, {}, "--keyterm cannot be"),
        ({"seconds": "soon"}, {}, "--seconds cannot be 'soon': it takes a number"),
        ({"log_dir": " "}, {}, "--log-dir cannot be '': it takes a path"),
        ({}, {"SCRIBE_AUDIO_FORMAT": "pcm_7999"}, "SCRIBE_AUDIO_FORMAT cannot be 'pcm_7999'"),
        ({}, {"SCRIBE_MOUSE": "perhaps"}, "SCRIBE_MOUSE cannot be 'perhaps'"),
        ({}, {"SCRIBE_MIN_SPEECH_DURATION_MS": "1.5"}, "it takes a whole number"),
    ],
)
def test_a_wrong_value_is_named_as_the_user_wrote_it(flags, environment, told):
    with pytest.raises(UsageError) as caught:
        load(flags, ["mic"], environment)
    assert told in caught.value.message


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('language = "en"\nlanguage', 2, "expected '=' after a key"),
        ('[[source]]\nsource = "mic', 2, "nterminated string"),
        ('language = "en"\nlanguge = "de"\n', 2, "did you mean language"),
        ('[[source]]\nsource="mic"\n[[source]]\nsource="mic"\nspeeed = 2', 5, "did you mean speed"),
        ('[[source]]\nsource="mic"\nlog_dir = "x"', 3, "whole program"),
        ("\nspeed = true", 2, "speed cannot be 'true': it takes a number"),
        ("min_speech_duration_ms = 1.5", 1, "it takes a whole number"),
        ('keyterms = "one"', 1, "it takes a list of texts"),
        ('keyterms = ["a", 1]', 1, "it takes a list of texts"),
        ("correct = []", 1, "correct cannot be a list: it takes a table of texts"),
        ('correct = "sk_1234"', 1, "correct cannot be a text: it takes a table"),
        ("extra = { a = [{}] }", 1, "extra.a cannot be a table: it takes a text, a number"),
        ("alert = 3", 1, "alert cannot be a number: it takes a list of texts"),
        ("watch = [1]", 1, "watch cannot be a list with a number in it: it takes a list of texts"),
        ('log_dir = ""', 1, "log_dir cannot be '': it takes a path"),
        ('"http://u:sk_1234@h" = 1', 1, "no setting 'http://h'"),
        ('[[alert]]\nto = "bell"\n"//u:sk_1234@h" = 1', 1, "has no '//h'"),
        ("commit = []", 1, "commit cannot be a list: it takes vad"),
        ("on = 2026-01-01", 1, "on cannot be '2026-01-01': it takes"),
        ('timestamps = "no"', 1, "it takes true or false"),
        ('audio_format = "pcm_7999"', 1, "it takes one of pcm_8000"),
        ('\n\n[[source]]\nname = "a"', 3, "has no source"),
        ("[[source]]\nsource = 5", 2, "source must be a text"),
        ('[[source]]\nname = ""\nsource = "mic"', 2, "name must be a text"),
        ('source = "mic"', 1, "[[source]] tables"),
        ('[source]\nsource = "mic"', 1, "[[source]] tables"),
        ("a = 1\na = 2", 2, "overwrite"),
        ("[other]\nx = 1", 1, "no setting 'other'"),
        ('api_key = "sk_1234"', 1, "ELEVENLABS_API_KEY"),
        ('[[source]]\nsource="mic"\napi_key = "sk_1234"', 3, "ELEVENLABS_API_KEY"),
    ],
)
def test_a_broken_file_is_named_with_line_and_reason(toml, text, line, reason):
    file = toml(text)
    with pytest.raises(UsageError) as caught:
        load({}, [], {}, file)
    assert caught.value.message.startswith(f"{file}, line {line}: ")
    assert reason in caught.value.message
    assert "sk_1234" not in caught.value.sentence


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        (b"x = '\xff'", "line 1: this is not UTF-8"),
        (b"#" * 1_000_001, "large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, reason):
    file = tmp_path / "x.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=reason):
        load({}, [], {}, file)


def test_paths_in_the_file_count_from_the_file(toml):
    file = toml(
        'log_dir = "logs"\n[[source]]\nsource = "talk.wav"\n[[source]]\nsource = "/a/b.wav"'
    )
    settings = load({}, [], {}, file)
    assert settings.log_dir == file.parent / "logs"
    assert [source.address for source in settings.sources] == [
        str(file.parent / "talk.wav"),
        "/a/b.wav",
    ]


def test_a_clash_of_settings_names_the_source_it_is_in(toml):
    file = toml('[[source]]\nname="pub"\nsource="mic"\nfilter_background_audio = true')
    with pytest.raises(UsageError, match="pub: filter_background_audio"):
        load({}, [], {}, file)


@pytest.mark.parametrize(
    ("spec", "name", "address"),
    [
        ("mic", None, "mic"),
        ("desk=mic:USB Audio", "desk", "mic:USB Audio"),
        ("http://radio.example/a?x=1", None, "http://radio.example/a?x=1"),
        ("BBC=http://radio.example/a?x=1", "BBC", "http://radio.example/a?x=1"),
        ("a/b=c.wav", None, "a/b=c.wav"),
        ("news at ten=talk=1.wav", "news at ten", "talk=1.wav"),
        ("a\x1b[2Jb=mic", "ab", "mic"),
        (" \u200bhttp://radio.example/a\n", None, "http://radio.example/a"),
        ("<http://radio.example/a?x=1>", None, "http://radio.example/a?x=1"),
        ("<URL:https://radio.example/>", None, "https://radio.example/"),
        ("BBC=\u201chttp://radio.example/a\u201d", "BBC", "http://radio.example/a"),
        ("<a.wav>", None, "<a.wav>"),
    ],
)
def test_a_name_stands_before_the_first_equals_sign(spec, name, address):
    assert split_spec(spec) == (name, address)


def test_an_existing_path_with_an_equals_sign_is_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("take=1.wav").touch()
    assert split_spec("take=1.wav") == (None, "take=1.wav")
    assert split_spec("take=2.wav") == ("take", "2.wav")


@pytest.mark.parametrize("spec", ["", "=mic", "name=", " "])
def test_half_a_source_is_refused(spec):
    with pytest.raises(UsageError, match="not a source"):
        split_spec(spec)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://user:pass@radio.example:8000/live.mp3?token=1", "radio.example:8000"),
        ("/tmp/My Talk.wav", "My Talk"),
        ("mic", "mic"),
        ("mic:2", "mic:2"),
        ("/", "source"),
    ],
)
def test_names_are_made_from_addresses_without_secrets(address, name):
    assert default_name(address) == name


def test_stations_of_one_host_are_told_apart_by_their_paths():
    addresses = ["http://radio.example/one.mp3?a=1", "http://u:p@radio.example/two", "mic", "mic"]
    assert default_names(addresses) == ["radio.example/one", "radio.example/two", "mic", "mic"]
    assert default_names(addresses[:1]) == ["radio.example"]


def test_names_are_made_unique():
    assert unique_names(["a", "a", "a-2", "b", "a"]) == ["a", "a-2", "a-2-2", "b", "a-3"]
    settings = load({}, ["mic", "mic", "mic=mic"], {})
    assert [source.name for source in settings.sources] == ["mic", "mic-2", "mic-3"]


def test_a_name_is_bounded():
    assert len(only_source(load({}, [f"{'x' * 500}=mic"], {})).name) == MAX_NAME_CHARS


def test_the_key_comes_from_its_variable_alone():
    assert load({}, ["mic"], {"ELEVENLABS_API_KEY": " sk_1 \n"}).api_key == "sk_1"
    assert load({}, ["mic"], {"ELEVENLABS_API_KEY": ""}).api_key is None
    with pytest.raises(UsageError) as caught:
        load({}, ["mic"], {"ELEVENLABS_API_KEY": "sk_1\r\nX-Evil: 1"})
    assert "sk_1" not in caught.value.sentence


@given(st.text() | st.text(alphabet="[]=\"\n'source.nam{},#01\t"))
def test_any_file_gives_settings_or_a_usage_error(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "fuzz.toml"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read_toml(file)
    except UsageError as error:
        assert error.message.startswith(str(file))


def test_further_parameters_of_all_layers_are_joined_by_name(toml):
    file = toml(
        'extra = {tenant = "a", beta = true, tags = ["x", "y"]}\n'
        '[[source]]\nsource = "mic"\nextra = {tenant = "b", n = 5}\n'
    )
    environment = {"SCRIBE_EXTRA": "n=6, env=1"}
    given = {"extra": ("tenant=c=d", "more=")}
    assert only_source(load({}, [], {}, file)).speech.extra == (
        *(("beta", "true"), ("tags", "x"), ("tags", "y"), ("tenant", "b"), ("n", "5")),
    )
    assert dict(only_source(load(given, [], environment, file)).speech.extra) == {
        "beta": "true",
        "tags": "y",
        "tenant": "c=d",
        "more": "",
        "n": "5",
    }
    assert ("env", "1") in only_source(load({}, [], environment, file)).speech.extra


@pytest.mark.parametrize(
    ("flags", "text"),
    [
        ({"extra": ("hunter2",)}, ""),
        ({"extra": ("=hunter2",)}, ""),
        ({}, 'extra = "hunter2"'),
        ({}, 'extra = {a = {b = "hunter2"}}'),
        ({"extra": ("model_id=hunter2",)}, ""),
        ({}, 'extra = {token = "hunter2"}'),
    ],
)
def test_a_wrong_further_parameter_is_refused_without_its_value(toml, flags, text):
    file = toml(f'[[source]]\nsource = "mic"\n{text}\n')
    with pytest.raises(UsageError) as caught:
        load(flags, [], {}, file)
    assert "extra" in caught.value.message
    assert "hunter2" not in caught.value.sentence


def test_a_number_that_python_cannot_read_is_no_fault_of_this_program(toml):
    for number in ("9" * 5000, "-" + "9" * 5000):
        with pytest.raises(UsageError, match="holds a number of too many digits"):
            load({}, (), {}, toml(f"seconds = {number}\n"))
