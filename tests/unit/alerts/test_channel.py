"""An outlet's way out: in order, patient, bounded, and honest about what was not delivered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from scribe_tui.alerts.alert import Alert, AlertKind
from scribe_tui.alerts.channel import MAX_WAITING, Channel, Pace, summary
from scribe_tui.alerts.outlets.outlet import DeliveryError

QUICK = Pace(between=0.0, first_retry=0.001, longest_retry=0.01, tries=3)


def alert(title: str, name: str = "news") -> Alert:
    return Alert(kind=AlertKind.HIT, at=1.0, title=title, text="x", sessions=(name,), names=(name,))


class Scripted:
    """Fails with the errors in `errors`, one a call, then takes what comes."""

    name = "scripted"

    def __init__(self, *errors: DeliveryError | None) -> None:
        self._errors = list(errors)
        self.taken: list[Alert] = []
        self.calls = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.called = asyncio.Event()

    async def deliver(self, alert: Alert) -> None:
        self.calls += 1
        self.called.set()
        await self.gate.wait()
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        self.taken.append(alert)


async def delivered(outlet: Scripted, *alerts: Alert) -> list[tuple[str, int, str]]:
    failed: list[tuple[str, int, str]] = []
    channel = Channel(outlet, lambda a, count, name, why: failed.append((name, count, why)), QUICK)
    for one in alerts:
        channel.put(one)
    task = asyncio.create_task(channel.run())
    async with asyncio.timeout(20):
        await channel.drained()
    task.cancel()
    return failed


async def test_a_failure_is_tried_again() -> None:
    outlet = Scripted(DeliveryError("busy"), DeliveryError("busy"))
    assert await delivered(outlet, alert("a")) == []
    assert [one.title for one in outlet.taken] == ["a"]
    assert outlet.calls == 3


async def test_what_cannot_be_delivered_is_told() -> None:
    outlet = Scripted(*[DeliveryError("busy")] * 3)
    assert await delivered(outlet, alert("a")) == [("scripted", 1, "busy")]


async def test_what_is_hopeless_is_not_tried_again() -> None:
    outlet = Scripted(DeliveryError("gone", permanent=True))
    assert await delivered(outlet, alert("a"), alert("b")) == [("scripted", 1, "gone")]
    assert [one.title for one in outlet.taken] == ["b"]


async def test_after_a_failure_it_rests_and_what_comes_meanwhile_is_told_of_once() -> None:
    outlet = Scripted(*[DeliveryError("gone", permanent=True)] * 2)
    failed: list[int] = []
    come = asyncio.Event()

    def note(_alert: Alert, count: int, _name: str, _why: str) -> None:
        failed.append(count)
        come.set()

    channel = Channel(outlet, note, replace(QUICK, longest_retry=600.0))
    channel.put(alert("a"))
    task = asyncio.create_task(channel.run())
    async with asyncio.timeout(20):
        await come.wait()
        await channel.drained()
        for number in range(50):
            channel.put(alert(str(number)))
        channel.hurry()
        await channel.drained()
    task.cancel()
    assert failed == [1, 50]


async def test_fifty_that_wait_go_out_as_one() -> None:
    outlet = Scripted()
    alerts = [alert("fire", name) for name in ("a", "b")] * 24 + [alert("flood"), alert("smoke")]
    assert await delivered(outlet, *alerts) == []
    (told,) = outlet.taken
    assert told.kind is AlertKind.SUMMARY
    assert told.count == 50
    assert told.title == "50 alerts"
    assert told.text == "fire ×48 (a, b); flood (news); smoke (news)"


async def test_a_few_go_out_one_by_one_in_order() -> None:
    outlet = Scripted()
    await delivered(outlet, alert("a"), alert("b"), alert("c"))
    assert [one.title for one in outlet.taken] == ["a", "b", "c"]


async def test_more_than_can_wait_are_counted_and_bounded() -> None:
    outlet = Scripted()
    await delivered(outlet, *[alert(str(n)) for n in range(3 * MAX_WAITING)])
    (told,) = outlet.taken
    assert told.count == 3 * MAX_WAITING
    assert len(told.text) < 400


async def test_what_comes_while_a_service_fails_joins_the_next_try() -> None:
    outlet = Scripted(DeliveryError("busy"))
    failed: list[int] = []
    channel = Channel(outlet, lambda a, count, name, why: failed.append(count), QUICK)
    outlet.gate.clear()
    channel.put(alert("a"))
    task = asyncio.create_task(channel.run())
    async with asyncio.timeout(20):
        await outlet.called.wait()
        for title in "bcde":
            channel.put(alert(title))
        outlet.gate.set()
        await channel.drained()
    task.cancel()
    assert [one.count for one in outlet.taken] == [5]
    assert failed == []


async def test_what_still_waits_at_the_end_is_told() -> None:
    failed: list[tuple[int, str]] = []
    channel = Channel(Scripted(), lambda a, count, name, why: failed.append((count, why)), QUICK)
    channel.put(alert("a"))
    channel.put(alert("b"))
    channel.give_up()
    channel.give_up()
    assert failed == [(2, "the program ended before")]


def test_a_summary_of_all_clears_is_one() -> None:
    over = [replace(alert("a"), is_over=True)] * 2
    assert summary(over).is_over
    assert not summary([*over, alert("b")]).is_over
