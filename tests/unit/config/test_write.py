"""The present set as TOML: what is written is read back as it was, and for the owner alone."""

from __future__ import annotations

import os
import stat
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.config import load
from scribe_tui.config.new_source import new_source
from scribe_tui.config.present import with_lists, with_names
from scribe_tui.config.recent import MOST, RecentSources
from scribe_tui.config.write import OF_SOURCES, save_toml, to_toml
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings, SpeechSettings, WatchSettings

FULL = """
endpoint = "local"
log_rotate_mb = 10
log_keep_days = 3
buffer_minutes = 5
mouse = true
budget = 12.5
theme = "mine"
signs = "ascii"

[themes.mine]
like = "light"
focus = "#0a9396"
background = "default"

[[source]]
name = 'a "quoted" \\ name'
source = ["http://user:secret@radio.example/live?token=abc", "http://b.example/2"]
language = "de"
commit = 12
keyterms = ["Bundestag", "Müller"]
watch = ["brücke"]
timestamps = false
corrections = { Suthark = "Southwark" }
headers = ["X-Key: one"]
extra = { a = "1", b = ["2", "3"] }
on = "Mon-Fri 05:55-09:05"
endpoint = "http://127.0.0.1:9"
seconds = 3

[[source]]
source = "mic:2"

[[watch]]
name = "places"
words = ["Southwark"]
regex = ["b(ridge|rook)"]
heard_as = { Southwark = ["Suthark", "South work"] }
except = ["Southwark Cathedral"]
level = "info"
cooldown_seconds = 5
sources = ["news"]

[[alert]]
to_env = "HOOK"
secret_env = "HOOK_SECRET"
about = ["hits"]

[[alert]]
to = "webhook:http://hooks.example/x"
secret_env = "HOOK_SECRET"

[[alert]]
to = "command:/usr/bin/true"
arguments = ["-x"]
"""
ENVIRONMENT = {"HOOK": "ntfy:http://ntfy.example/topic", "HOOK_SECRET": "s3cret-value"}


def test_a_full_file_comes_back_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FULL, encoding="utf-8")
    settings = load({}, ["talk.wav", "news=http://n.example/"], ENVIRONMENT, tmp_path / "a.toml")
    saved = tmp_path / "sub" / "b.toml"
    saved.parent.mkdir()
    save_toml(saved, settings, settings.sources)
    again = load({}, [], ENVIRONMENT, saved)
    file = settings.sources[2]
    whole = replace(file, address=str(Path("talk.wav").absolute()))
    assert again.sources == (*settings.sources[:2], whole, settings.sources[3])
    assert replace(again, sources=()) == replace(settings, sources=())


COMMON = """
language = "de"
commit = "manual"
keyterms = ["Bundestag"]
dead_air_seconds = 40
timestamps = false

[[source]]
name = "one"
source = "http://a.example/1"

[[source]]
name = "two"
source = "pulse:speaker"
language = "en"
timestamps = true
keyterms = []
"""


def test_what_sources_share_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(COMMON)
    settings = load({}, [], {}, tmp_path / "a.toml")
    save_toml(tmp_path / "b.toml", settings, settings.sources)
    top, one, two = (tmp_path / "b.toml").read_text().split("[[source]]")
    assert {line.split(" = ")[0] for line in top.split("\n") if line} == {
        "language", "commit", "keyterms", "dead_air_seconds", "timestamps",
    }  # fmt: skip
    assert one.strip() == 'name = "one"\nsource = "http://a.example/1"'
    assert two.split("\n")[1:3] == ['name = "two"', 'source = "pulse:speaker"']
    assert {line.split(" = ")[0] for line in two.split("\n") if line} == {
        "name", "source", "language", "timestamps", "keyterms",
    }  # fmt: skip
    assert load({}, [], {}, tmp_path / "b.toml") == settings


def test_what_a_source_cannot_take_back_is_not_said_for_all(tmp_path: Path) -> None:
    settings = load({"language": "de"}, ["http://a.example/1", "http://b.example/2"], {})
    one, two = settings.sources
    free = replace(two, speech=replace(two.speech, language=None))
    save_toml(tmp_path / "b.toml", settings, [one, free])
    assert load({}, [], {}, tmp_path / "b.toml").sources == (one, free)


words = st.sampled_from(["Bundestag", "Müller", 'a "b"', "x\\y"])
pairs = st.lists(st.tuples(st.sampled_from("abc"), words), max_size=3, unique_by=lambda p: p[0])


@st.composite
def source_settings(draw: st.DrawFn, name: str) -> SourceSettings:
    speech = SpeechSettings(
        language=draw(st.sampled_from([None, "de", "en"])),
        commit=draw(st.sampled_from(["vad", "manual", "12"])),
        timestamps=draw(st.booleans()),
        keyterms=tuple(draw(st.lists(st.sampled_from(["Bundestag", "Müller"]), max_size=2))),
        extra=tuple(draw(pairs)),
    )
    return SourceSettings(
        name=name,
        address=f"http://{name}.example/live",
        speech=speech,
        corrections=tuple(draw(pairs)),
        headers=tuple(draw(st.lists(st.sampled_from(["X-A: 1", "X-B: 2"]), max_size=2))),
        dead_air_seconds=draw(st.sampled_from([20.0, 60.0])),
        gain=draw(st.sampled_from([None, "auto", "off"])),
        on=draw(st.sampled_from([None, "Mon-Fri 05:55-09:05"])),
        price_per_hour=draw(st.sampled_from([0.39, 0.0, 1.5])),
        source_budget=draw(st.sampled_from([None, 2.0])),
        watch=tuple(draw(st.lists(words, max_size=1))),
    )


@given(source_settings("new"), source_settings("one"), source_settings("two"))
def test_whatever_sources_are_set_to_comes_back(
    defaults: SourceSettings, one: SourceSettings, two: SourceSettings
) -> None:
    settings = replace(load({}, [], {}), defaults=replace(defaults, watch=()))
    text = to_toml(settings, [one, two])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set.toml"
        file.write_text(text, encoding="utf-8")
        again = load({}, [], {}, file)
    assert again.sources == (one, two)
    assert again.defaults is not None
    for option in OF_SOURCES:
        if option.owner is SourceSettings and f"\n{option.name} = " in text.split("[[source]]")[0]:
            assert getattr(again.defaults, option.name) == getattr(defaults, option.name)


def test_lists_changed_while_it_ran_are_saved_as_they_are(tmp_path: Path) -> None:
    settings = load({"watch": ("fire",)}, ["news=http://a.example/1", "city=mic"], {})
    news, city = settings.sources
    settings = replace(settings, sources=(replace(news, watch=("old",)), city))
    lists = (
        WatchSettings(words=("fire", "flood")),
        WatchSettings(name="news", words=("bridge",), sources=("news",)),
        WatchSettings(
            name="city", words=("Southwark",), heard_as=(("Southwark", "Suthark"),),
            sources=("city",),
        ),
        WatchSettings(name="gone", words=("x",), sources=("gone",)),
    )  # fmt: skip
    now = with_lists(settings, lists)
    save_toml(tmp_path / "b.toml", now, now.sources)
    again = load({}, [], {}, tmp_path / "b.toml")
    assert set(again.all_watches()) == set(lists)
    assert [one.watch for one in again.sources] == [("bridge",), ()]


def test_words_and_outlets_of_flags_become_tables_beside_tables(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FULL, encoding="utf-8")
    flags = {"watch": ("fire", 'forty "two"'), "alert": ("bell",)}
    settings = load(flags, [], ENVIRONMENT, tmp_path / "a.toml")
    save_toml(tmp_path / "b.toml", settings, settings.sources)
    again = load({}, [], ENVIRONMENT, tmp_path / "b.toml")
    assert set(again.all_watches()) == set(settings.all_watches())
    assert again.all_outlets() == settings.all_outlets()
    save_toml(tmp_path / "c.toml", load(flags, ["mic"], {}), ())
    assert load({}, [], {}, tmp_path / "c.toml").watch == flags["watch"]


def test_secrets_of_the_environment_stay_there(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(FULL, encoding="utf-8")
    environment = ENVIRONMENT | {"ELEVENLABS_API_KEY": "sk_0123456789abcdef"}
    settings = load({}, [], environment, tmp_path / "a.toml")
    text = to_toml(settings, settings.sources)
    assert "s3cret" not in text
    assert "ntfy.example" not in text
    assert "sk_0123" not in text
    assert "user:secret@radio.example" in text


def test_outlets_that_the_environment_names_stay_there(tmp_path: Path) -> None:
    old = tmp_path / "old.toml"
    old.write_text('[[alert]]\nto = "bell"\n')
    hook = {"SCRIBE_ALERT": "https://hooks.example/s3cret"}
    for settings in (load({}, [], hook), load({}, [], hook, old)):
        assert settings.alert
        assert "s3cret" not in to_toml(settings, [])
    flags = {"alert": ("https://hooks.example/flag",)}
    assert "hooks.example/flag" in to_toml(load(flags, [], hook), [])


def test_outlets_follow_a_source_that_was_renamed(tmp_path: Path) -> None:
    old = tmp_path / "old.toml"
    old.write_text('[[alert]]\nto = "bell"\nsources = ["news", "harbor"]\n')
    now = with_names(load({}, [], {}, old), {"news": "evening"})
    assert now.outlets[0].sources == ("evening", "harbor")


def test_comments_that_would_be_lost_are_said(tmp_path: Path) -> None:
    file = tmp_path / "set.toml"
    file.write_text("# my stations\nfps = 5\n")
    with pytest.raises(UsageError, match="with comments that would be lost"):
        save_toml(file, load({}, [], {}), [])
    file.write_text("fps = 5\n")
    with pytest.raises(UsageError, match=r"is there already\."):
        save_toml(file, load({}, [], {}), [])


def test_only_the_owner_reads_it_and_nothing_is_replaced_unasked(tmp_path: Path) -> None:
    file = tmp_path / "set.toml"
    settings = load({}, ["mic"], {})
    save_toml(file, settings, settings.sources)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="is there already"):
        save_toml(file, settings, ())
    assert "mic" in file.read_text()
    file.chmod(0o644)
    save_toml(file, settings, (), replace=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["set.toml"]


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    settings = load({}, ["mic"], {})
    with pytest.raises(UsageError, match="cannot be written"):
        save_toml(tmp_path / "no" / "set.toml", settings, ())
    with pytest.raises(UsageError, match="not UTF-8"):
        save_toml(tmp_path / "set.toml", settings, [SourceSettings(name="x", address="/a\udcff")])
    assert list(tmp_path.iterdir()) == []


texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)


@given(texts.filter(str.strip), st.lists(texts.filter(str.strip), min_size=1, max_size=4))
def test_any_text_comes_back(word: str, words: list[str]) -> None:
    import tomllib

    watch = WatchSettings(name=word, words=tuple(words), heard_as=((words[0], word),))
    settings = replace(load({}, [], {}), watches=(watch,))
    (table,) = tomllib.loads(to_toml(settings, ()))["watch"]
    assert table["name"] == word
    assert table["words"] == words
    assert table["heard_as"] == {words[0]: [word]}


def test_recent_sources_hold_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "state" / "recent.json"
    recent = RecentSources(file)
    assert recent.read() == ()
    assert recent.add(
        [
            ("secret", "http://user:password@radio.example/live"),
            ("token", "http://radio.example/live?token=0123456789abcdef"),
            ("piped", "-"),
            ("news", "http://radio.example/news"),
        ]
    )
    assert recent.read() == (("news", "http://radio.example/news"),)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "password" not in file.read_text()
    recent.add((f"n{number}", f"http://radio.example/{number}") for number in range(30))
    recent.add([("n3 again", "http://radio.example/3")])
    kept = recent.read()
    assert len(kept) == MOST
    assert kept[0] == ("n3 again", "http://radio.example/3")
    assert sum(address.endswith("/3") for _, address in kept) == 1


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[[1, 2], [], null]", b"\xff", b"[" * 100_000, b'[["a", " "]]']
)
def test_a_broken_file_of_recent_sources_is_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "recent.json"
    file.write_bytes(content)
    assert RecentSources(file).read() == ()
    assert RecentSources(file).add([("news", "http://radio.example/news")])
    assert len(RecentSources(file).read()) == 1


def test_a_pipe_in_the_place_of_recent_sources_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "recent.json")
    recent = RecentSources(tmp_path / "recent.json")
    assert recent.read() == ()
    assert recent.add([("news", "http://radio.example/news")])
    assert len(recent.read()) == 1


def test_what_cannot_be_kept_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    recent = RecentSources(tmp_path / "file" / "recent.json")
    assert not recent.add([("news", "http://radio.example/news")])
    assert recent.read() == ()


def test_new_sources_are_set_as_the_others_and_told_apart() -> None:
    defaults = load({"language": "de"}, [], {}).defaults
    assert defaults is not None
    one = new_source(defaults, "", "http://radio.example/a", ["radio.example"])
    assert (one.name, one.speech.language) == ("radio.example-2", "de")
    assert new_source(defaults, "", "desk=mic").name == "desk"
    assert new_source(defaults, "mine", "desk=mic").name == "mine"
    with pytest.raises(UsageError, match="NUL"):
        new_source(defaults, "", "a\0b")


def test_a_change_of_name_words_or_price_does_not_touch_the_run() -> None:
    source = SourceSettings(name="a", address="mic")
    assert replace(source, name="b", watch=("x",), price_per_hour=2.0).runs_like(source)
    assert not replace(source, address="mic:2").runs_like(source)
    german = replace(source, speech=replace(source.speech, language="de"), name="b")
    assert german.sounds_like(source)
    assert not replace(german, address="mic:2").sounds_like(source)
    rate = replace(source.speech, audio_format="pcm_8000")
    assert not replace(source, speech=rate).sounds_like(source)
    assert not replace(source, speech=replace(source.speech, language="de")).runs_like(source)
