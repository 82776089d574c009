"""What all tests share: asserts that explain themselves, which run and in which order."""

from __future__ import annotations

import gc
import os
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

pytest.register_assert_rewrite("tests.support", "tests.proofs.chaos")

from tests.support.decoders import path_with_quick_decoder  # noqa: E402
from tests.support.left_to_ci import BRIEFLY, REASON, left_to_ci  # noqa: E402
from tests.support.requirements import IN_CI, PATH  # noqa: E402

ID_CHARACTERS = 60
"""Of an example that is a text, so many name it: each worker sends every name to all others."""
OF_PARTS = Path(__file__).parent / "unit"
QUICK_PATH = pytest.StashKey[str]()
"""The search path of the tests of single parts."""
LEFT = pytest.StashKey[int]()
"""How many tests were left to CI."""

# What runs in the background of a script ignores Ctrl+C and Ctrl+\, under nohup a lost terminal as
# well, and so would every program it starts. A handler, unlike "ignored", is not handed down.
for number, handler in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGQUIT, signal.SIG_DFL),
    (signal.SIGHUP, lambda *_: None),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, handler)

# How long an example takes depends on what else the machine does. A person waits for a few
# examples, the same ones each time; CI tries more, and others at each run.
settings.register_profile(
    "patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "brief", settings.get_profile("patient"), max_examples=BRIEFLY, derandomize=True
)
settings.load_profile("patient" if IN_CI else "brief")


def pytest_configure(config: pytest.Config) -> None:
    """Look for a quick decoder, and let each worker read the tests from another file on.

    After a fresh clone every module is compiled by whoever reads it first: reading in step, all
    of them would compile all of it.
    """
    config.stash[QUICK_PATH] = path_with_quick_decoder(config)
    worker = getattr(config, "workerinput", None)
    if worker is None:
        return
    files = [file for name in config.args for file in _files(name)]
    share = len(files) // worker["workercount"]
    first = share * int(worker["workerid"].removeprefix("gw"))
    config.args[:] = files[first:] + files[:first]


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long example by its beginning; pytest numbers those that begin alike."""
    if not isinstance(val, str | bytes) or len(val) <= ID_CHARACTERS:
        return None
    return ascii(val[:ID_CHARACTERS])


def _files(name: str) -> list[str]:
    """What pytest would find by this argument."""
    found = sorted(Path(name).rglob("test_*.py")) if Path(name).is_dir() else []
    return [str(path) for path in found] or [name]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each worker begin with its part of the tests marked `early`.

    xdist cuts the list into one piece a worker. A long test that is met late would run
    alone at the end; one that shares a costly fixture with others, beside them elsewhere.
    """
    items.sort(key=lambda item: item.path)
    _leave_to_ci(config, items)
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


def _leave_to_ci(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take out what only CI has the time for; skipping it one by one would take seconds."""
    left = left_to_ci(items, IN_CI)
    out = set(left)
    items[:] = [item for item in items if item not in out]
    config.hook.pytest_deselected(items=left)
    config.stash[LEFT] = len(left)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left to CI"] = len(left)


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and not among tests and modules, which stay to the end: it took
    a fifth of the time of the screen's tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Begin with the decoder that is quickest to start, but test the machine's own as well."""
    of_a_part = item.path.is_relative_to(OF_PARTS)
    os.environ["PATH"] = item.config.stash[QUICK_PATH] if of_a_part else PATH


@pytest.fixture(scope="session")
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Names of folders that are not there yet."""
    folder = tmp_path_factory.mktemp("states")
    return (folder / str(number) for number in count())


@pytest.fixture(autouse=True)
def state_of_its_own(states: Iterator[Path]) -> None:
    """No test finds, or leaves, recent sources and money spent with the person who runs it."""
    os.environ["XDG_STATE_HOME"] = str(next(states))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker has ended: how many it left out, as every other did."""
    left = getattr(node, "workeroutput", {}).get("left to CI", 0)
    node.config.stash[LEFT] = max(left, node.config.stash.get(LEFT, 0))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how many tests were left to CI, and why."""
    if left := config.stash.get(LEFT, 0):
        terminalreporter.write_line(f"{left} tests are left to CI: each is {REASON}")


def _dealt(items: list[pytest.Item], workers: int) -> list[list[pytest.Item]]:
    """The early tests for each worker, those of a file together, longest files first."""
    seconds: Counter[str] = Counter()
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        marker = item.get_closest_marker("early")
        if marker:
            seconds[str(item.path)] += marker.args[0]
            files[str(item.path)].append(item)
    heads: list[list[pytest.Item]] = [[] for _ in range(workers)]
    loads = [0.0] * workers
    for file, load in seconds.most_common():
        worker = loads.index(min(loads))
        loads[worker] += load
        heads[worker] += files[file]
    return heads
