"""What the user set reaches the engine."""

import asyncio
import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from scribe_tui.cli.engine import (
    any_unsent,
    build,
    connectors,
    journal_policy,
    stop_in_time,
    timing_of,
)
from scribe_tui.cli.offline import Endpoints
from scribe_tui.config import load
from scribe_tui.errors import UsageError
from scribe_tui.journal.retention import JournalPolicy
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.scribe.transports import connector
from scribe_tui.session.timing import Timing
from scribe_tui.settings import JournalSettings, ResilienceSettings


@pytest.mark.parametrize(
    ("heard", "sent", "failed"), [(1.0, 0.0, True), (1.0, 0.1, False), (0.2, 0.0, False)]
)
def test_sound_of_which_nothing_was_ever_sent_is_a_failure(heard, sent, failed):
    snapshots = {
        "one": SimpleNamespace(heard_seconds=5.0, sent_seconds=5.0),
        "two": SimpleNamespace(heard_seconds=heard, sent_seconds=sent),
    }
    supervisor: Any = SimpleNamespace(sessions=("one", "two"), snapshot=snapshots.get)
    assert any_unsent(supervisor) is failed


def test_without_settings_the_engine_has_its_own_durations():
    assert timing_of(ResilienceSettings()) == Timing()


def test_minutes_become_seconds_and_zero_is_never():
    settings = load(
        {"buffer_minutes": "2", "catch_up_speed": "8"},
        ["mic"],
        {"SCRIBE_CONNECTION_MINUTES": "15", "SCRIBE_NO_TEXT_SECONDS": "0"},
    )
    timing = timing_of(settings.resilience)
    assert (timing.audio_buffer, timing.catch_up_speed) == (120, 8)
    assert (timing.roll_over_after, timing.no_text) == (900, math.inf)


def test_nothing_is_set_aside_or_deleted_unless_that_is_asked_for():
    assert journal_policy(JournalSettings()) == JournalPolicy()
    assert not JournalPolicy().deletes


def test_the_journal_is_kept_as_the_user_set_it(tmp_path):
    file = tmp_path / "stations.toml"
    file.write_text("log_rotate_mb = 2.5\nlog_rotate_daily = true\nlog_keep_days = 30\n")
    settings = load({"log_keep_runs": "7"}, ["mic"], {"SCRIBE_LOG_SYNC_SECONDS": "1"}, file)
    assert journal_policy(settings.journal) == JournalPolicy(
        sync_seconds=1.0,
        rotate_bytes=2_500_000,
        rotate_daily=True,
        keep_days=30.0,
        keep_runs=7,
    )


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("catch_up_speed", "17"),
        ("catch_up_speed", "0.5"),
        ("buffer_minutes", "0"),
        ("connection_minutes", "nan"),
        ("no_text_seconds", "-1"),
        ("dead_air_dbfs", "3"),
        ("dead_air_seconds", "0"),
        ("log_sync_seconds", "0"),
        ("log_rotate_mb", "-1"),
        ("log_keep_runs", "0"),
        ("log_keep_days", "inf"),
    ],
)
def test_a_value_out_of_range_is_refused_by_its_flag(flag, value):
    with pytest.raises(UsageError, match=f"--{flag.replace('_', '-')} cannot be"):
        load({flag: value}, ["mic"], {})


def test_a_source_may_be_told_another_way_than_the_rest(tmp_path):
    file = tmp_path / "stations.toml"
    file.write_text(
        '[[source]]\nsource = "a=mic"\n[[source]]\nsource = "b=mic"\ntransport = "websocket"\n'
        "keepalive_interval_ms = 900\n"
        '[[source]]\nsource = "c=mic"\nendpoint = "wss://speech.example"\n'
    )
    settings = load({}, [], {}, file)
    shared, own = Endpoint("wss://api.example", "k"), Endpoint("wss://speech.example", "k")
    connector_of = connectors(settings, Endpoints(shared, {"wss://speech.example": own}))
    assert [connector_of(source) for source in settings.sources] == [
        (connector("sdk"), shared),
        (connector("websocket"), shared),
        (connector("sdk"), own),
    ]
    renamed = replace(settings.sources[2], name="evening")
    assert connector_of(renamed) == (connector("sdk"), own)
    above = load({"endpoint": "local"}, [], {"SCRIBE_TRANSPORT": "websocket"}, file)
    connector_of = connectors(above, Endpoints(shared))
    assert {connector_of(source) for source in above.sources} == {(connector("websocket"), shared)}
    with pytest.raises(UsageError, match="does not exist in the official SDK"):
        load({"transport": "sdk"}, [], {}, file)


def test_each_source_has_its_own_dead_air(tmp_path):
    file = tmp_path / "stations.toml"
    file.write_text(
        'dead_air_seconds = 30\n[[source]]\nsource = "mic"\n'
        '[[source]]\nsource = "mic:2"\ndead_air_dbfs = -35\ndead_air_seconds = 5\n'
    )
    desk, hall = load({}, [], {}, file).sources
    assert (desk.dead_air_dbfs, desk.dead_air_seconds) == (-50, 30)
    assert (hall.dead_air_dbfs, hall.dead_air_seconds) == (-35, 5)
    file.write_text('[[source]]\nsource = "mic"\nbuffer_minutes = 3\n')
    with pytest.raises(UsageError, match="whole program"):
        load({}, [], {}, file)


async def test_a_source_with_a_time_of_its_own_is_stopped_by_its_id(monkeypatch):
    """An id is not always the name: another session may have had that one before."""
    settings = load({}, ["a=mic", "b=mic"], {})
    supervisor = build(settings, Endpoints(Endpoint("wss://api.example", "k")))
    supervisor.remove("a")
    again = supervisor.add(replace(settings.sources[0], seconds=0.0))
    assert again != "a"
    stopped = asyncio.Queue()
    monkeypatch.setattr(supervisor, "stop", stopped.put_nowait)
    stop_in_time(supervisor)
    async with asyncio.timeout(5):
        assert await stopped.get() == again
    assert stopped.empty()
