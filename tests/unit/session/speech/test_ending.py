"""The last commit: every order in which commits, refusals, closes and silence can meet."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from scribe_tui.session.speech.ending import (
    LATE_SECONDS,
    Ending,
    Patience,
    Todo,
    Uncommitted,
    View,
)

PATIENCE = Patience(answer=6.0, at_most=60.0)
VAD = Uncommitted(at_least=5.0, at_most=5.0, vad_seconds=1.5)
MANUAL = Uncommitted(at_least=5.0, at_most=5.0)
HAPPENINGS = ("own commit", "answer", "partial", "refused", "closed", "silence", "late silence")


class Service:
    """Plays happenings to an ending as the program does, and keeps what is known of the text."""

    def __init__(self, uncommitted: Uncommitted, view: View, tries: int = 0) -> None:
        self.ending = Ending(tries=tries)
        self.view = view
        self.now = 0.0
        self.commits = 0
        self.refused = False
        self.ending.all_sent(self.now, self.view, PATIENCE, uncommitted)
        self._follow()

    def happen(self, what: str) -> None:
        self.now += 0.1
        match what:
            case "own commit" | "answer":
                pending = max(0, self.view.pending - 1)
                self.view = replace(
                    self.view,
                    pending=pending,
                    text_open=False,
                    committed=True,
                    may_hold_speech=False,
                )
                self.ending.news(self.now, self.view)
            case "partial":
                self.view = replace(self.view, text_open=True, may_hold_speech=True)
                self.ending.news(self.now, self.view)
            case "refused":
                self.refused = True
                self.ending.refused(self.now)
            case "closed":
                self.ending.closed()
            case "silence":
                self._silence(any_news=False)
            case "late silence":
                self._silence(any_news=True)
        self._follow()

    def _silence(self, *, any_news: bool) -> None:
        self.now = max(self.now, self.ending.deadline)
        self.ending.silence()
        if self.ending.todo is Todo.PING:
            self.ending.pong(self.now, self.view, any_news=any_news)

    def _follow(self) -> None:
        if self.ending.todo is Todo.COMMIT:
            self.commits += 1
            self.view = replace(self.view, pending=self.view.pending + 1)
            self.ending.commit_sent(self.now, self.view)


@pytest.mark.some(1)
@pytest.mark.parametrize("uncommitted", [VAD, MANUAL], ids=["vad", "manual"])
@pytest.mark.parametrize("tries", [0, 1])
def test_every_order_ends_and_keeps_open_text(uncommitted: Uncommitted, tries: int) -> None:
    for committed, text_open in product((False, True), repeat=2):
        for order in product(HAPPENINGS, repeat=5):
            view = View(committed=committed, text_open=text_open)
            service = Service(uncommitted, view, tries)
            for what in order:
                if service.ending.is_over:
                    break
                service.happen(what)
            for _ in range(3):
                if not service.ending.is_over:
                    service.happen("silence")
            assert service.ending.is_over, order
            assert service.commits == 1, order
            if service.ending.todo is Todo.SETTLE:
                assert service.view.is_quiet, order
            if service.refused and service.view.is_quiet and service.view.committed:
                assert service.ending.todo is Todo.SETTLE, order


def test_news_for_ever_is_bounded() -> None:
    service = Service(VAD, View())
    for _ in range(2000):
        if service.ending.is_over:
            break
        service.happen("partial")
        if service.now >= service.ending.deadline:
            service.happen("silence")
    service.happen("silence")
    assert service.ending.todo is Todo.REPLAY
    assert service.now < 300.0


def test_a_service_that_says_it_is_late_is_waited_for_as_long_as_it_says_so() -> None:
    service = Service(VAD, View())
    for _ in range(100):
        service.now += PATIENCE.at_most / 2
        service.ending.delayed(service.now)
        service.happen("partial")
        assert service.ending.todo is Todo.WAIT
        assert service.ending.deadline > service.now
    service.happen("answer")
    service.happen("silence")
    assert service.ending.todo is Todo.SETTLE


def test_a_late_service_that_commits_by_itself_has_not_answered_yet() -> None:
    service = Service(VAD, View(grace=2.5))
    for _ in range(20):
        service.ending.delayed(service.now)
        service.happen("own commit")
        assert service.ending.todo is Todo.WAIT
        service.now += LATE_SECONDS / 2
        service.ending.silence()
        service.ending.pong(service.now, service.view, any_news=False)
        assert service.ending.todo is Todo.WAIT, "something may follow"
    service.ending.closed()
    assert service.ending.todo is Todo.REPLAY


def test_the_answer_may_be_as_late_as_those_before_it() -> None:
    """What came first was a segment of the service's own."""
    service = Service(VAD, View(grace=0.75, lateness=4.0))
    service.happen("own commit")
    assert service.ending.deadline == pytest.approx(5.0), "from the commit, not from the news"
    service.now = 4.9
    service.happen("answer")
    assert service.ending.deadline == pytest.approx(5.75)


def test_nothing_is_asked_for_when_nothing_is_uncommitted() -> None:
    service = Service(Uncommitted(at_least=0.0, at_most=0.0, vad_seconds=1.5), View(committed=True))
    assert (service.commits, service.ending.todo) == (0, Todo.SETTLE)


def test_a_commit_on_its_way_is_waited_for_instead_of_asked_again() -> None:
    view = View(committed=True, pending=1)
    service = Service(Uncommitted(at_least=0.0, at_most=0.0), view)
    assert (service.commits, service.ending.todo) == (0, Todo.WAIT)
    service.happen("answer")
    assert service.ending.todo is Todo.SETTLE


@pytest.mark.parametrize("threshold", [0.3, 0.5, 1.5, 3.0])
def test_padding_leaves_enough_whenever_the_vad_commits(threshold: float) -> None:
    """A file that ends in so much silence: what the VAD leaves is never too little."""
    threshold_used = max(threshold, 0.5)
    for silence in (hundredth / 100 for hundredth in range(0, 400, 5)):
        heard = 5.0 + silence
        own = 5.0 + threshold_used
        since = heard - own if heard >= own else heard
        padding = Uncommitted(at_least=since, at_most=since, vad_seconds=threshold).padding_seconds
        end = heard + padding
        assert end - own >= 0.3, f"the commit after the service's own is refused: {silence}"


def test_padding_passes_the_ceiling_of_manual_commits() -> None:
    for uncommitted in (hundredth / 100 for hundredth in range(0, 4000, 5)):
        padding = Uncommitted(at_least=uncommitted, at_most=uncommitted).padding_seconds
        for ceiling in (35.5, 35.8, 36.0, 36.5):
            end = uncommitted + padding
            left = end - ceiling if end >= ceiling else end
            # Beyond the ceiling that commit is known of, or would be.
            assert uncommitted >= ceiling or left >= 0.3, uncommitted
