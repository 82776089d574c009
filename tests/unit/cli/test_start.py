"""What is read and checked before anything runs: environment, `.env`, key, endpoint, sources."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from scribe_tui import cli
from scribe_tui.cli.offline import endpoints_for
from scribe_tui.cli.start import LOCAL_KEY, check, read_settings
from scribe_tui.errors import UsageError

KEY = "sk_0123456789"


def test_dot_env_lies_under_the_environment_and_stays_out_of_it(monkeypatch):
    Path(".env").write_text(f"ELEVENLABS_API_KEY={KEY}\nSCRIBE_LANGUAGE=de\nSCRIBE_SECONDS=5\n")
    monkeypatch.setenv("SCRIBE_LANGUAGE", "fr")
    settings = read_settings({"sources": ("mic",)})
    assert (settings.api_key, settings.seconds) == (KEY, 5.0)
    assert settings.sources[0].speech.language == "fr"
    assert "SCRIBE_SECONDS" not in os.environ


def test_only_the_working_folders_dot_env_counts(monkeypatch):
    Path(".env").write_text(f"ELEVENLABS_API_KEY={KEY}\n")
    Path("inner").mkdir()
    monkeypatch.chdir("inner")
    assert read_settings({"sources": ("mic",)}).api_key is None


def test_children_do_not_inherit_the_key(monkeypatch):
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    assert read_settings({"sources": ("mic",)}).api_key == KEY
    assert "ELEVENLABS_API_KEY" not in os.environ


def test_the_file_may_be_named_in_the_environment(monkeypatch, tmp_path):
    file = tmp_path / "x.toml"
    file.write_text('[[source]]\nsource = "mic"\n')
    monkeypatch.setenv("SCRIBE_CONFIG", str(file))
    assert [source.address for source in read_settings({"config": None}).sources] == ["mic"]
    assert read_settings({}).sources == ()


def test_too_little_memory_is_told_before_a_thread_can_hang_for_want_of_it(monkeypatch):
    for megabytes, is_enough in ((300, False), (511, False), (512, True), (4096, True)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, size=megabytes: (size << 20, -1))
        if is_enough:
            assert read_settings({"sources": ("mic",)}).sources
            continue
        with pytest.raises(UsageError, match=f"no more than {megabytes} MB.*ulimit -v") as caught:
            read_settings({"sources": ("mic",)})
        assert "at least 512 MB" in caught.value.remedy


@pytest.mark.parametrize("arguments", [["local"], ["words", "test", "fire"]])
def test_what_starts_threads_without_settings_tells_too_little_memory_too(
    monkeypatch, capsys, arguments
):
    monkeypatch.setattr(resource, "getrlimit", lambda _: (300 << 20, -1))
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)
    assert left.value.code == 2
    assert "no more than 300 MB" in capsys.readouterr().err


def test_too_little_memory_to_load_the_program_is_told_before_it_is_loaded():
    command = 'ulimit -v 32000 && exec "$@"'
    program = (sys.executable, "-m", "scribe_tui", "doctor")
    root = str(Path(cli.__file__).parents[2])
    done = subprocess.run(
        ["sh", "-c", command, "sh", *program],
        env=os.environ | {"PYTHONPATH": root},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("scribe-tui: This program may use no more than 31 MB of memory")
    assert done.stderr.count("\n") == 1


def test_no_source_is_answered_with_examples():
    with pytest.raises(UsageError, match="nothing to listen to") as caught:
        check(read_settings({}))
    assert "scribe-tui demo" in caught.value.remedy


def test_a_missing_key_is_one_sentence_with_the_remedy():
    with pytest.raises(UsageError, match="ELEVENLABS_API_KEY is not set") as caught:
        check(read_settings({"sources": ("mic",)}))
    assert ".env" in caught.value.remedy


@pytest.mark.parametrize("endpoint", ["ws://127.0.0.1:9", "http://localhost:9", "https://[::1]:9"])
def test_this_machine_needs_no_key(endpoint):
    checked = check(read_settings({"sources": ("mic",), "endpoint": endpoint}))
    assert checked.endpoint is not None
    assert checked.endpoint.api_key == LOCAL_KEY


def test_the_offline_endpoint_never_gets_a_real_key(monkeypatch):
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    assert check(read_settings({"sources": ("mic",), "endpoint": "local"})).endpoint is None


def test_each_endpoint_that_is_used_is_checked_and_no_other(tmp_path):
    file = tmp_path / "x.toml"
    file.write_text('[[source]]\nsource = "a=mic"\nendpoint = "local"\n')
    checked = check(read_settings({"config": str(file)}))
    assert (checked.endpoint, checked.own) == (None, {"local": None})
    with pytest.raises(UsageError, match="ELEVENLABS_API_KEY is not set"):
        check(read_settings({"config": str(file), "sources": ("mic",)}))
    file.write_text('endpoint = "local"\n[[source]]\nsource = "mic"\nendpoint = "ftp://x"\n')
    with pytest.raises(UsageError, match="'ftp://x' is no address of a speech service"):
        check(read_settings({"config": str(file)}))


def test_a_key_goes_unencrypted_to_another_machine_only_when_allowed(monkeypatch):
    flags = {"sources": ("mic",), "endpoint": "ws://speech.example"}
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    with pytest.raises(UsageError, match="not encrypted"):
        check(read_settings(flags))
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    assert check(read_settings({**flags, "insecure": True})).endpoint.api_key == KEY


@pytest.mark.parametrize("address", ["missing.wav", "ftp://radio.example/x", "."])
def test_a_source_that_cannot_work_is_refused_by_name(address):
    with pytest.raises(UsageError) as caught:
        check(read_settings({"sources": (f"pub={address}",), "endpoint": "local"}))
    assert "pub: " in caught.value.message


def dot_env(text: str) -> None:
    Path(".env").write_text(text)


async def test_a_key_that_is_corrected_in_dot_env_counts_at_the_next_start_of_a_source():
    dot_env("ELEVENLABS_API_KEY=sk_wrong\n")
    checked = check(read_settings({"sources": ("mic",)}))
    (source,) = checked.settings.sources
    async with endpoints_for(checked) as endpoints:
        assert endpoints.of(source).api_key == "sk_wrong"
        dot_env(f"ELEVENLABS_API_KEY={KEY}\n")
        assert endpoints.of(source).api_key == KEY
        dot_env("")
        assert endpoints.of(source).api_key == "sk_wrong", "the last one that is known"
        assert KEY not in repr(endpoints)


async def test_a_key_of_the_environment_is_not_replaced_by_a_file(monkeypatch):
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    checked = check(read_settings({"sources": ("mic",)}))
    async with endpoints_for(checked) as endpoints:
        dot_env("ELEVENLABS_API_KEY=sk_other\n")
        assert endpoints.of(checked.settings.sources[0]).api_key == KEY


def test_an_outlet_that_can_never_work_is_refused_at_the_start():
    given = {"sources": ("mic",), "endpoint": "http://localhost:9"}
    with pytest.raises(UsageError, match="command tell cannot be run"):
        check(read_settings({**given, "alert": ("command:/nowhere/tell",)}))


def test_a_list_for_a_source_that_is_not_there_is_said(tmp_path, capsys):
    file = tmp_path / "x.toml"
    file.write_text(
        '[[source]]\nname = "world-news"\nsource = "mic"\n'
        '[[watch]]\nname = "fires"\nwords = ["fire"]\nsources = ["world-nws", "world-news"]\n'
        '[[alert]]\nto = "bell"\nsources = ["harbor"]\n'
    )
    check(read_settings({"config": str(file), "endpoint": "http://localhost:9"}))
    told = capsys.readouterr().err
    assert "watch list 'fires' is for a source 'world-nws'" in told
    assert "Did you mean world-news?" in told
    assert "outlet bell is for a source 'harbor'" in told
    assert told.count("there is none") == 2
