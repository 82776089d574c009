"""What all tests share: asserts that explain themselves, which run and in which order."""

from __future__ import annotations

import signal
from collections import Counter, defaultdict

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.support", "tests.proofs.chaos")

from tests.support.left_to_ci import BRIEFLY, REASON, left_to_ci  # noqa: E402
from tests.support.requirements import IN_CI  # noqa: E402

# What runs in the background of a script ignores Ctrl+C, and so would every program it starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes depends on what else the machine does. A person waits for a few
# examples, the same ones each time; CI tries more, and others at each run.
settings.register_profile(
    "patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "brief", settings.get_profile("patient"), max_examples=BRIEFLY, derandomize=True
)
settings.load_profile("patient" if IN_CI else "brief")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with its part of the tests marked `early`.

    xdist cuts the list into one piece a worker. A long test that is met late would run
    alone at the end; one that shares a costly fixture with others, beside them elsewhere.
    """
    _skip_long(items)
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    heads = _dealt(items, workers)
    early = {item for head in heads for item in head}
    rest = [item for item in items if item not in early]
    total, items[:] = len(items), []
    for worker, head in enumerate(heads):
        fill = max(0, (total - len(items)) // (workers - worker) - len(head))
        items += head + rest[:fill]
        del rest[:fill]
    items += rest


def _skip_long(items: list[pytest.Item]) -> None:
    """Leave out what only CI has the time for."""
    for item in left_to_ci(items, IN_CI):
        item.add_marker(pytest.mark.skip(reason=REASON))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were left to CI, and why."""
    skipped = terminalreporter.getreports("skipped")
    count = sum(isinstance(each.longrepr, tuple) and REASON in each.longrepr[2] for each in skipped)
    if count:
        terminalreporter.write_line(f"{count} tests are left to CI: each is {REASON}")


def _dealt(items: list[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """The early tests for each worker, those of a file together, longest files first."""
    seconds: Counter[str] = Counter()
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        marker = item.get_closest_marker("early")
        if marker and not item.get_closest_marker("skip"):
            seconds[str(item.path)] += marker.args[0]
            files[str(item.path)].append(item)
    heads: list[list[pytest.Item]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    for file, load in seconds.most_common():
        worker = loads.index(min(loads))
        loads[worker] += load
        heads[worker] += files[file]
    return heads
