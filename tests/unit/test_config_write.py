"""The present set as TOML: what is written is read back as it was, and for the owner alone."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.config import load
from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import MOST, RecentSources
from scribe_tui.config.write import save_toml, to_toml
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings, WatchSettings

FULL = """
endpoint = "local"
log_rotate_mb = 10
log_keep_days = 3
buffer_minutes = 5
mouse = true
budget = 12.5

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
    # What the first file says for all sources is said by each of them now.
    assert replace(again, sources=(), defaults=None) == replace(settings, sources=(), defaults=None)


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
    assert not replace(source, speech=replace(source.speech, language="de")).runs_like(source)
