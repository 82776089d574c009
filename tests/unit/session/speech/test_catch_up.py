"""The speed of a replay gives way to a service that cannot follow, and comes back."""

from scribe_tui.session.speech.catch_up import CatchUp


def test_full_speed_until_the_service_is_overrun() -> None:
    assert CatchUp(4.0, 60.0).speed(0.0) == 4.0


def test_each_overrun_halves_it_down_to_real_time() -> None:
    catch_up = CatchUp(4.0, 60.0)
    speeds = []
    for now in (0.0, 10.0, 20.0):
        catch_up.overrun(now)
        speeds.append(catch_up.speed(now))
    assert speeds == [2.0, 1.0, 1.0]


def test_it_comes_back_step_by_step() -> None:
    catch_up = CatchUp(4.0, 60.0)
    catch_up.overrun(0.0)
    catch_up.overrun(1.0)
    assert [catch_up.speed(now) for now in (60.0, 61.0, 121.0, 1e6)] == [1.0, 2.0, 4.0, 4.0]
