"""`record` with watch words and alerts as its users run it: hits in the stream, people told."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from scribe_tui import cli
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.post_server import PostServer
from tests.support.program import run

ROOT = Path(__file__).parents[3]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.pcm"
    path.write_bytes(b"".join(numbered_pcm(3)))
    return path


def record(tmp_path: Path, service: StrictEndpoint, *arguments: str, **env: str) -> Any:
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return run(
        ["record", "--endpoint", service.endpoint().url, "--log-dir", str(tmp_path / "logs"),
         "--speed", "8", *arguments],
        env={**clean, "ELEVENLABS_API_KEY": KEY, "SCRIBE_TRANSPORT": "websocket", **env,
             "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=90,
    )  # fmt: skip


def test_hits_are_in_the_stream_and_in_the_journal_and_alert_once(
    tmp_path: Path, home: Path, clip: Path
) -> None:
    with InBackground(StrictEndpoint()) as service, InBackground(PostServer()) as hook:
        done = record(
            tmp_path, service, "--watch", "W3", "--watch", "nothing", str(clip),
            "--alert", hook.url("/T0/s3cret"),
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    hits = [item for item in records if item["type"] == "hit"]
    assert [item["status"] for item in hits] == ["unconfirmed", "confirmed"]
    assert {(item["word"], item["heard"], item["tier"]) for item in hits} == {("W3", "w3", "exact")}
    assert [item["alert"] for item in hits] == [True, False]
    assert hits[-1]["segment_number"] == 1
    assert "w3" in hits[-1]["quote"]
    (file,) = tmp_path.glob("logs/*/clip.jsonl")
    saved = [json.loads(line) for line in file.read_text().splitlines()]
    assert [item for item in saved if item["type"] == "hit"] == hits
    (posted,) = hook.posted
    assert json.loads(posted.body)["word"] == "W3"
    assert "s3cret" not in done.stdout + done.stderr + file.read_text()


def test_what_could_not_be_delivered_is_in_the_stream(
    tmp_path: Path, home: Path, clip: Path
) -> None:
    with InBackground(StrictEndpoint()) as service, InBackground(PostServer([404])) as hook:
        done = record(tmp_path, service, "--watch", "w3", "--alert", hook.url("/s3cret"), str(clip))
    records = [json.loads(line) for line in done.stdout.splitlines()]
    (failed,) = [item for item in records if item["type"] == "alert_failed"]
    assert failed["reason"].endswith("answered 404")
    assert "An alert was not delivered to webhook 127.0.0.1" in done.stderr
    assert "s3cret" not in done.stdout


def test_a_command_learns_the_facts_and_no_secret(tmp_path: Path, home: Path, clip: Path) -> None:
    told = tmp_path / "told"
    program = tmp_path / "tell"
    program.write_text(f"#!/bin/sh\nenv >> {told}\n")
    program.chmod(0o755)
    config = tmp_path / "desk.toml"
    config.write_text(
        '[[watch]]\nname = "numbers"\nwords = ["w3"]\n[[alert]]\nto = "command:./tell"\n'
        '[[alert]]\nto_env = "HOOK"\nsecret_env = "HOOK_SECRET"\nabout = "health"\n'
    )
    with InBackground(StrictEndpoint()) as service:
        secrets = {"HOOK": "http://127.0.0.1:1/s3cret", "HOOK_SECRET": "s3cret"}
        done = record(tmp_path, service, "--config", str(config), str(clip), **secrets)
    assert done.returncode == 0, done.stderr
    environment = told.read_text()
    assert "SCRIBE_ALERT_WATCH=numbers" in environment
    assert "SCRIBE_ALERT_WORD=w3" in environment
    assert "s3cret" not in environment
    assert KEY not in environment


def test_a_wrong_list_is_refused_before_anything_starts(
    tmp_path: Path,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    config = tmp_path / "desk.toml"
    config.write_text('[[watch]]\nregex = ["("]\n')
    monkeypatch.setenv("ELEVENLABS_API_KEY", KEY)
    with pytest.raises(SystemExit) as left:
        cli.main(["record", "--config", str(config), "--log-dir", str(tmp_path / "logs"), "mic"])
    assert left.value.code == 2
    assert "no regular expression" in capfd.readouterr().err
    assert not (tmp_path / "logs").exists()


def test_a_budget_that_is_used_up_stops_the_source_and_says_so(tmp_path: Path, home: Path) -> None:
    long = tmp_path / "long.pcm"
    long.write_bytes(b"".join(numbered_pcm(240)))
    with InBackground(StrictEndpoint()) as service:
        done = record(
            tmp_path, service, "--price-per-hour", "36", "--source-budget", "0.2", str(long)
        )
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in done.stdout.splitlines()]
    levels = [item for item in records if item["type"] == "budget"]
    assert levels[-1]["level"] == "stopped"
    assert levels[-1]["spent"] >= 0.2
    assert "long: Its budget for the day is used up: 0." in done.stderr
    (text,) = tmp_path.glob("logs/*/long.txt")
    assert "Nothing more is sent until midnight." in text.read_text()
    assert records[-1]["type"] == "session_end"
    assert records[-1]["heard_seconds"] < 200


@pytest.mark.long
def test_a_second_start_on_the_same_day_sends_nothing_where_the_budget_is_used_up(
    tmp_path: Path, home: Path
) -> None:
    long = tmp_path / "long.pcm"
    long.write_bytes(b"".join(numbered_pcm(240)))
    priced = "--price-per-hour", "36", "--source-budget", "0.2"
    with InBackground(StrictEndpoint()) as service:
        record(tmp_path, service, *priced, f"news={long}")
        billed = service.billed_seconds
        assert billed >= 20
        done = record(tmp_path, service, *priced, f"news={long}")
        assert service.billed_seconds == billed
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert {item["level"] for item in records if item["type"] == "budget"} == {"stopped"}
    assert done.returncode == 0, done.stderr


def test_a_source_that_waits_for_its_time_has_no_connection(
    tmp_path: Path, home: Path, clip: Path
) -> None:
    from datetime import datetime, timedelta

    begin = datetime.now() + timedelta(hours=5)
    times = f"{begin:%H:%M}-{begin + timedelta(hours=1):%H:%M}"
    with InBackground(StrictEndpoint()) as service:
        done = record(tmp_path, service, "--on", times, "--seconds", "2", str(clip))
        assert service.connections == []
    assert done.returncode == 0, done.stderr
    (waiting,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (waiting["type"], waiting["on"]) == ("schedule", False)
    assert waiting["next_at"].startswith(f"{begin:%Y-%m-%dT%H:%M}")


def test_a_bell_where_there_is_no_terminal_is_said(tmp_path: Path, home: Path, clip: Path) -> None:
    with InBackground(StrictEndpoint()) as service:
        done = record(tmp_path, service, "--alert", "bell", "--watch", "w3", str(clip))
    assert done.returncode == 0
    assert "There is no terminal here, so alerts by bell go nowhere." in done.stderr
