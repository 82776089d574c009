"""A key held down does its thing once; pressed twice it does it twice."""

from __future__ import annotations

import pytest

from scribe_tui.tui.debounce import HeldKeys, Press


def counted(*presses: tuple[str, float]) -> int:
    """How many presses count, with a wait after each that is to be looked at later."""
    keys, count, waiting = HeldKeys(), 0, None
    for key, at in presses:
        if waiting is not None and (at - waiting[1] > 0.13 or key != waiting[0]):
            count += 1
        waiting = None
        match keys.press(key, at):
            case Press.NOW:
                count += 1
            case Press.LATER:
                waiting = (key, at)
    return count + (waiting is not None)


@pytest.mark.parametrize("delay", [0.25, 0.5, 0.66])
@pytest.mark.parametrize("every", [0.02, 0.033, 0.04, 0.092])
def test_a_key_held_down_counts_once(delay: float, every: float) -> None:
    assert counted(("s", 0.0), *(("s", delay + every * n) for n in range(60))) == 1
    assert counted(*(("p", every * n) for n in range(60))) == 1


@pytest.mark.parametrize("apart", [0.08, 0.2, 0.4, 0.6, 0.7, 3.0])
def test_a_key_pressed_twice_counts_twice(apart: float) -> None:
    assert counted(("p", 0.0), ("p", apart)) == 2


def test_another_key_ends_the_wait() -> None:
    assert counted(("p", 0.0), ("p", 0.3), ("2", 0.35), ("p", 0.4)) == 4
