"""From events to a real outlet, and back as an event where it did not work."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from scribe_tui.alerts.channel import Pace
from scribe_tui.alerts.grouping import Grouping
from scribe_tui.alerts.outlets.webhook import WebhookOutlet
from scribe_tui.alerts.sink import Alerts
from scribe_tui.events import (
    AlertFailed,
    BudgetChanged,
    BudgetLevel,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    HitStatus,
    PartialChanged,
    Tier,
    WatchHit,
)
from scribe_tui.settings.alerts import About, OutletKind, OutletSettings
from tests.support.post_server import PostServer

QUICK = Pace(between=0.0, first_retry=0.01, longest_retry=0.02, tries=3)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def hit(
    session: str = "news", word: str = "fire", status: HitStatus = HitStatus.UNCONFIRMED
) -> Any:
    return WatchHit(
        session=session, at=1000.0, hit=1, watch="w", word=word, heard=word, tier=Tier.EXACT,
        status=status, segment_number=1, source_seconds=1.0, quote=f"a {word}", alert=True,
    )  # fmt: skip


class Desk:
    """Alerts to one webhook for each of some settings."""

    def __init__(self, *settings: OutletSettings, patience: float = 0.0, close: float = 10.0):
        self.published: list[Event] = []
        self.alerts = Alerts(
            [(one, WebhookOutlet(one)) for one in settings],
            self.published.append,
            grouping=Grouping(patience_seconds=patience),
            pace=QUICK,
            close_seconds=close,
        )


def webhook(server: PostServer, **more: Any) -> OutletSettings:
    return OutletSettings(kind=OutletKind.WEBHOOK, target=server.url(), **more)


def bodies(server: PostServer) -> list[dict[str, Any]]:
    return [json.loads(posted.body) for posted in server.posted]


async def test_a_hit_on_several_panes_is_posted_once() -> None:
    async with PostServer() as server:
        async with Desk(webhook(server)).alerts as alerts:
            for session in ("news", "harbor", "coast"):
                alerts.receive(hit(session))
            await server.until(1)
    (body,) = bodies(server)
    assert body["word"] == "fire"
    assert body["sessions"] == ["news"]


async def test_health_and_its_all_clear_go_to_who_wants_them() -> None:
    async with PostServer() as all_of_it, PostServer() as hits_only, PostServer() as elsewhere:
        desk = Desk(
            webhook(all_of_it),
            webhook(hits_only, about=(About.HITS,)),
            webhook(elsewhere, sources=("coast",)),
        )
        async with desk.alerts as alerts:
            alerts.receive(DeadAirChanged(session="news", at=1.0, dead=True))
            await all_of_it.until(1)
            alerts.receive(DeadAirChanged(session="news", at=2.0, dead=False))
            await all_of_it.until(2)
            alerts.receive(hit())
            await hits_only.until(1)
    assert [(b["kind"], b["over"]) for b in bodies(all_of_it)][:2] == [
        ("dead_air", False),
        ("dead_air", True),
    ]
    assert [b["kind"] for b in bodies(hits_only)] == ["hit"]
    assert elsewhere.posted == []


async def test_fifty_alerts_at_once_are_one_summary_behind_the_first() -> None:
    async with PostServer() as server:
        async with Desk(webhook(server)).alerts as alerts:
            for number in range(50):
                alerts.receive(hit(word=f"word {number}"))
            async with asyncio.timeout(45):
                while sum(body["count"] for body in bodies(server)) < 50:
                    await server.until(len(server.posted) + 1)
    told = bodies(server)
    assert len(told) <= 2
    assert told[-1]["kind"] == "summary"
    assert told[-1]["title"] == f"{told[-1]['count']} alerts"


BASE: Any = {"session": "news", "at": 1.0}


def error(half: Half, kind: str = "") -> ErrorRaised:
    return ErrorRaised(**BASE, half=half, title="trouble", message="Trouble.", kind=kind)


def budget(level: BudgetLevel) -> BudgetChanged:
    return BudgetChanged(**BASE, level=level, for_all=False, spent=1.0, limit=1.0)


@pytest.mark.parametrize(
    ("trouble", "end", "kind"),
    [
        (error(Half.SOURCE), ErrorCleared(session="news", at=2.0, half=Half.SOURCE), "source_down"),
        (error(Half.SPEECH), ErrorCleared(session="news", at=2.0, half=Half.SPEECH), "speech_down"),
        (
            error(Half.SPEECH, "no_text"),
            PartialChanged(session="news", at=2.0, text="words"),
            "no_text",
        ),
        (
            DeadAirChanged(session="news", at=1.0, dead=True),
            DeadAirChanged(session="news", at=2.0, dead=False),
            "dead_air",
        ),
        (error(Half.JOURNAL), ErrorCleared(session="news", at=2.0, half=Half.JOURNAL), "journal"),
        (budget(BudgetLevel.STOPPED), budget(BudgetLevel.FREE), "budget"),
    ],
)
async def test_each_trouble_and_its_all_clear_reach_the_web_server(
    trouble: Event, end: Event, kind: str
) -> None:
    async with PostServer() as server:
        async with Desk(webhook(server)).alerts as alerts:
            alerts.receive(trouble)
            await server.until(1)
            alerts.receive(end)
            await server.until(2)
    assert [(body["kind"], body["over"]) for body in bodies(server)] == [
        (kind, False),
        (kind, True),
    ]


async def test_trouble_that_lasts_is_told_after_its_patience() -> None:
    async with PostServer() as server:
        async with Desk(webhook(server), patience=0.05).alerts as alerts:
            alerts.receive(DeadAirChanged(session="news", at=1.0, dead=True))
            alerts.receive(DeadAirChanged(session="harbor", at=1.0, dead=True))
            await server.until(1)
    body, over = bodies(server)
    assert over["over"], "at the end"
    assert body["count"] == 2
    assert body["names"] == ["news", "harbor"]


async def test_what_could_not_be_delivered_is_an_event() -> None:
    async with PostServer([500]) as server:
        desk = Desk(webhook(server, secret="s3cret"))
        async with desk.alerts as alerts:
            alerts.receive(hit())
            await server.until(3)
    (failed,) = desk.published
    assert isinstance(failed, AlertFailed)
    assert (failed.session, failed.count) == ("news", 1)
    assert failed.outlet == f"webhook 127.0.0.1:{server.port}"
    assert failed.reason == f"127.0.0.1:{server.port} answered 500"


async def test_the_end_waits_for_what_is_on_its_way_but_not_for_ever() -> None:
    async with PostServer([0]) as server:
        desk = Desk(webhook(server), close=0.3)
        async with desk.alerts as alerts:
            alerts.receive(hit())
            await server.until(1)
    assert [type(event) for event in desk.published] == [AlertFailed]
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "alerts"]


async def test_the_end_of_the_program_is_the_all_clear_of_what_was_told() -> None:
    async with PostServer() as server:
        async with Desk(webhook(server)).alerts as alerts:
            for session in ("news", "harbor"):
                alerts.receive(
                    BudgetChanged(
                        session=session, at=1.0, level=BudgetLevel.STOPPED, for_all=True, spent=1.0,
                        limit=1.0,
                    )
                )  # fmt: skip
            await server.until(1)
        told = [(body["kind"], body["over"]) for body in bodies(server)]
    assert told[0] == ("budget", False)
    assert told[-1] == ("budget", True)
    assert bodies(server)[-1]["title"] == "budget: no longer watched"
