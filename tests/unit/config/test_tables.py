"""`[[watch]]` and `[[alert]]` tables, lists of addresses, and what each flag adds to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.config import load
from scribe_tui.errors import UsageError
from scribe_tui.settings import About, OutletKind, Settings

Write = Callable[[str], Path]


@pytest.fixture
def toml(tmp_path: Path) -> Write:
    def write(text: str) -> Path:
        path = tmp_path / "stations.toml"
        path.write_text(text)
        return path

    return write


def read(file: Path | None = None, flags: dict[str, object] | None = None, **env: str) -> Settings:
    return load(flags or {}, [], env, file)


def test_a_watch_table_says_all_there_is_to_say(toml: Write) -> None:
    file = toml("""
[[watch]]
name = "places"
words = ["Southwark", "fire"]
regex = ['\\bM\\d+\\b']
heard_as = { Southwark = ["Suthark", "South Walk"] }
except = ["fire sale"]
level = "info"
cooldown_seconds = 5
sources = ["news"]
[[watch]]
words = ["Cholmondeley"]
heard_as = ["Chumley"]
""")
    first, second = read(file).watches
    assert first.name == "places"
    assert first.heard_as == (("Southwark", "Suthark"), ("Southwark", "South Walk"))
    assert (first.excepted, first.level, first.cooldown_seconds) == (("fire sale",), "info", 5.0)
    assert (first.sources, first.regex) == (("news",), (r"\bM\d+\b",))
    assert second.name == "watch 2"
    assert second.heard_as == (("Cholmondeley", "Chumley"),)


def test_words_of_flag_file_and_source_count_side_by_side(toml: Write) -> None:
    file = toml("""
watch = ["flood"]
[[source]]
name = "news"
source = "mic"
watch = ["storm"]
""")
    lists = read(file).all_watches()
    assert [(one.words, one.sources) for one in lists] == [
        (("flood",), ()),
        (("storm",), ("news",)),
    ]
    lists = read(file, {"watch": ("fire", "smoke")}).all_watches()
    assert [one.words for one in lists] == [("fire", "smoke"), ("storm",)]
    assert read(None, SCRIBE_WATCH="fire, big flood").watch == ("fire", "big flood")


def test_an_alert_table_finds_its_secrets_in_the_environment(toml: Write, tmp_path: Path) -> None:
    file = toml("""
[[alert]]
to_env = "HOOK"
secret_env = "HOOK_SECRET"
about = "health"
sources = ["news"]
[[alert]]
to = "command:./tell.sh"
arguments = ["--loud"]
""")
    hook, command = read(file, HOOK="https://hooks.example/s3cret", HOOK_SECRET="k3y").outlets
    assert (hook.kind, hook.target, hook.secret) == (
        OutletKind.WEBHOOK, "https://hooks.example/s3cret", "k3y",
    )  # fmt: skip
    assert hook.about == (About.HEALTH,)
    assert hook.variables == ("HOOK", "HOOK_SECRET")
    assert command.target == str(tmp_path / "tell.sh")
    assert command.arguments == ("--loud",)
    assert command.about == (About.HITS, About.HEALTH)


def test_outlets_of_the_flag_come_beside_those_of_the_file(toml: Write) -> None:
    file = toml('[[alert]]\nto = "bell"\n')
    settings = read(file, {"alert": ("desktop", "ntfy:https://ntfy.sh/topic")})
    assert [outlet.kind.value for outlet in settings.all_outlets()] == ["bell", "desktop", "ntfy"]


def test_a_secret_address_is_never_shown() -> None:
    settings = read(None, {"alert": ("https://hooks.example/s3cret",)})
    assert "s3cret" not in repr(settings)
    with pytest.raises(UsageError) as raised:
        read(None, {"alert": ("https://hooks.example/s3cret" * 200,)})
    assert "s3cret" not in raised.value.sentence


def test_a_secret_address_of_a_wrong_kind_is_not_shown_either(toml: Write) -> None:
    with pytest.raises(UsageError) as raised:
        read(toml('alert = "https://hooks.example/s3cret"\n'))
    assert "s3cret" not in raised.value.sentence


def test_a_list_of_addresses_is_one_source_with_others_to_fall_back_on(
    toml: Write, tmp_path: Path
) -> None:
    file = toml('[[source]]\nsource = ["http://a.example/x", "http://b.example/x", "local.mp3"]\n')
    (source,) = read(file).sources
    assert source.address == "http://a.example/x"
    assert source.fallbacks == ("http://b.example/x", str(tmp_path / "local.mp3"))
    assert source.name == "a.example"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ('[[watch]]\nname = "x"\n', 1, "neither words nor regex"),
        ('\n[[watch]]\nwords = ["a"]\n[[watch]]\nword = ["a"]\n', 4, "did you mean words"),
        ('[[watch]]\nwords = ["a"]\nlevel = "loud"\n', 1, "level"),
        ('[[watch]]\nwords = ["a"]\ncooldown_seconds = "5"\n', 1, "must be a number"),
        ('[[watch]]\nwords = ["a", "b"]\nheard_as = ["c"]\n', 1, "heard_as"),
        ('[[watch]]\nwords = ["a"]\nheard_as = { b = ["c"] }\n', 1, "heard_as for a word"),
        ('[[alert]]\nto = "fax"\n', 1, "no outlet 'fax'"),
        ('[[alert]]\nabout = ["hits"]\n', 1, "no to ="),
        ('[[alert]]\nto = "bell"\nabout = ["weather"]\n', 1, "hits and health"),
        ('[[alert]]\nto_env = "NOT_SET"\n', 1, "NOT_SET is not set"),
        ('[[alert]]\nto = "bell"\nto_env = "NOT_SET"\n', 1, "both to and to_env"),
        ('[[source]]\nsource = ["http://a.example/", 5]\n', 2, "list of texts"),
        ('[[source]]\nsource = "mic"\non = "Mox 5"\n', 1, ""),
        ('[[watch]]\nwords = ["a"]\n[alert]\nto = "bell"\n', 3, "[[alert]] tables"),
    ],
)
def test_a_wrong_table_is_named_with_its_line(
    toml: Write, text: str, line: int, reason: str
) -> None:
    with pytest.raises(UsageError) as raised:
        read(toml(text))
    assert reason in raised.value.message
    if reason:
        assert f"line {line}: " in raised.value.message


def test_a_wrong_schedule_is_refused_before_anything_starts() -> None:
    with pytest.raises(UsageError, match="is no schedule"):
        load({"on": "Mox 5"}, ["mic"], {}, None)


def test_gain_is_for_microphones_unless_said_otherwise() -> None:
    def has_gain(source: str, **flags: str) -> bool:
        return load(dict(flags), [source], {}, None).sources[0].has_auto_gain

    assert has_gain("mic:2")
    assert not has_gain("http://a.example/x")
    assert has_gain("http://a.example/x", gain="auto")
    assert not has_gain("mic", gain="off")


@pytest.mark.parametrize("key", ["to_env", "secret_env"])
@pytest.mark.parametrize("slip", ["https://hooks.example/s3cret", "s3cret", "tk_s3cret"])
def test_a_secret_in_the_place_of_its_variable_is_not_shown(
    key: str, slip: str, tmp_path: Path
) -> None:
    file = tmp_path / "desk.toml"
    to = "" if key == "to_env" else 'to = "https://hooks.example/"\n'
    file.write_text(f'[[alert]]\n{to}{key} = "{slip}"\n')
    with pytest.raises(UsageError, match=f"the variable that {key} names is not set") as raised:
        load({}, [], {}, file)
    assert "s3cret" not in raised.value.sentence
