"""While nobody speaks two chunks share a message; none that waits is left behind."""

from __future__ import annotations

from scribe_tui.events import Event
from scribe_tui.scribe.messages import Partial
from scribe_tui.session.timing import Timing
from tests.fakes.desk import SPEECH, Desk

AT_ONCE = Timing(textless_join=0.0)


class Deaf:
    def receive(self, _event: Event) -> None:
        return None


async def test_only_after_some_time_without_text_and_until_there_is_text_again() -> None:
    async with Desk(Deaf()) as desk:
        await desk.give(60)
        assert desk.connection.sent == [SPEECH] * 50 + [2 * SPEECH] * 5
        await desk.give(1)
        desk.connection.hand.put_nowait(Partial("a word"))
        await desk.settle()
        await desk.give(2)
        assert desk.connection.sent[55:] == [SPEECH] * 3


async def test_a_chunk_whose_source_pauses_goes_out_alone() -> None:
    async with Desk(Deaf(), Timing(textless_join=0.0, keepalive_after=0.02)) as desk:
        await desk.speak(1)
        assert desk.connection.sent == [SPEECH]


async def test_a_chunk_whose_source_ends_goes_out_before_the_last_commit() -> None:
    async with Desk(Deaf(), AT_ONCE) as desk:
        await desk.give(3)
        assert desk.connection.sent == [2 * SPEECH]
        desk.supervisor.stop("desk")
        await desk.connection.committed.wait()
        assert desk.connection.sent[:2] == [2 * SPEECH, SPEECH]
