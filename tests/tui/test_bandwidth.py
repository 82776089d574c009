"""When little is sent to the terminal: if the user wants it, or while the line is thin."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.terminal.bandwidth import DWELL_SECONDS, BandwidthPolicy, over_ssh
from tests.support.tmux import Tmux
from tests.tui.stage import NOW, Stage, settle

SSH = {"SSH_CONNECTION": "10.0.0.1 5000 10.0.0.2 22"}


def test_the_user_has_the_last_word() -> None:
    assert BandwidthPolicy(True).is_on(None, 0.0)
    assert not BandwidthPolicy(False).is_on(100.0, 0.0)


def test_a_thin_line_is_thin_for_a_while() -> None:
    bandwidth = BandwidthPolicy(None)
    assert not bandwidth.is_on(None, 0.0)
    assert not bandwidth.is_on(20_000.0, 1.0)
    assert bandwidth.is_on(2_000.0, 2.0)
    assert bandwidth.is_on(None, 1.9 + DWELL_SECONDS), "little is sent: it only looks fast"
    assert not bandwidth.is_on(None, 2.1 + DWELL_SECONDS)


async def test_the_wall_turns_thrifty_and_back() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(60, 12)) as pilot:
        assert not stage.app.monitor.low_bandwidth
        for _ in range(20):
            stage.commit("one", "so it fills")
        await settle(pilot, lambda: stage.pane(1).transcript.transcript.end == 20)
        stage.app.line_seen(2_000.0)
        assert stage.app.monitor.low_bandwidth
        stage.commit("one", "and moves up by a third")
        await settle(pilot, lambda: "and moves up" in stage.text())
        assert stage.rows(1)[-1] == ""
        stage.partial("one", "grey text comes in time")
        await settle(pilot, lambda: "grey text" in stage.text())


async def test_low_bandwidth_is_on_from_the_start() -> None:
    stage = Stage("one")
    stage.app = MonitorApp(stage.controls, low_bandwidth=True, clock=lambda: NOW)
    async with stage.app.run_test():
        assert stage.app.monitor.low_bandwidth
        assert stage.app.blind_rate is not None


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("low_bandwidth", "remote", "paced"),
    [(None, True, True), (None, False, False), (False, True, False), (True, False, True)],
)
def test_a_far_terminal_that_answers_nothing_is_sent_no_more_than_a_thin_line_takes(
    low_bandwidth: bool | None, remote: bool, paced: bool
) -> None:
    app = MonitorApp(Stage("one").controls, low_bandwidth=low_bandwidth, remote=remote)
    assert (app.blind_rate is not None) is paced


def test_ssh_is_seen_in_the_environment() -> None:
    assert over_ssh(SSH)
    assert over_ssh({"SSH_TTY": "/dev/pts/1"})
    assert not over_ssh({"SSH_CONNECTION": ""})


@pytest.mark.system
def test_tmux_knows_where_its_client_is_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tmux = Tmux(tmp_path)
    monkeypatch.delenv("TMUX", raising=False)
    try:
        subprocess.run(tmux.command("new-session", "-d", "-s", "desk"), check=True)
        where = tmux.run("display-message", "-p", "-t", "desk", "#{socket_path},#{pid},0").strip()
        monkeypatch.setenv("TMUX", where)
        inside = {"TMUX": where}
        assert not over_ssh(inside)
        tmux.run("set-environment", "-t", "desk", "SSH_CONNECTION", SSH["SSH_CONNECTION"])
        assert over_ssh(inside), "somebody came by ssh since the program's shell was started"
        tmux.run("set-environment", "-t", "desk", "-r", "SSH_CONNECTION")
        assert not over_ssh(inside | SSH), "the one who came by ssh is gone"
    finally:
        tmux.kill()
