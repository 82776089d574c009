"""The real program on a machine that goes wrong: `python -m tests.proofs.chaos.machine`.

Each scenario runs `record` or the monitor against stations and a strict service, does something to
the machine under it, ends it, and judges what is on disk: no word lost or doubled that no gap
names, samples that balance, a good end.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil

from scribe_tui.event_records import from_record
from scribe_tui.events import SegmentCommitted
from tests.proofs.chaos.desk import LEAVE_SECONDS, NAMES, ROOT, WRONGED, Desk
from tests.proofs.chaos.proxy import ChaoticProxy
from tests.proofs.chaos.stations import Stations
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.script import Script, redirect
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until

AT_ONCE = 2


def suspended(desk: Desk) -> None:
    """Send SIGSTOP to the program and its decoders, then SIGCONT."""
    with desk.recording() as program:
        desk.until_text()
        _sleep(program.pid, desk.seconds)
        desk.until_more(4)
    desk.judge()


def suspended_while_draining(desk: Desk) -> None:
    """Do the same while it drains, for longer than it waits for the last words."""
    with desk.recording(ends_itself=True) as program:
        desk.until_text()
        program.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        _sleep(program.pid, desk.seconds)
    desk.judge()
    if gaps := desk.gaps():
        desk.wrongs.append(f"last words were given up: {gaps}")


def _sleep(pid: int, seconds: float) -> None:
    """Stop a process and its children for `seconds`."""
    processes = [pid, *(p.pid for p in psutil.Process(pid).children(True))]
    for each in processes:
        os.kill(each, signal.SIGSTOP)
    time.sleep(seconds)
    for each in processes:
        os.kill(each, signal.SIGCONT)


def clock_steps(desk: Desk) -> None:
    """Set the wall clock back an hour, then forward a day, while stations are away."""
    clock = desk.folder / "clock"
    with desk.recording("--clock", str(clock)):
        desk.until_text()
        for step in (-3600.0, 86400.0):
            desk.cut_two(desk.seconds)
            clock.write_text(f"{step}")
            time.sleep(desk.seconds)
            desk.until_more()
    desk.judge()
    for way in ("back", "forward"):
        if not any(f"was set {way}" in text for text in desk.notices()):
            desk.wrongs.append(f"nobody was told that the clock was set {way}")


def terminal_gone(desk: Desk) -> None:
    """Remove the monitor's terminal without a signal."""
    program = (sys.executable, *WRONGED, "--ignore-hangup", "--")
    arguments = desk.arguments()
    with Terminal(arguments, program=program, env=desk.environment(), cwd=ROOT) as terminal:
        terminal.until(lambda _: all(len(desk.words(name)) >= 2 for name in NAMES))
        process = psutil.Process(terminal.pid)
        terminal.hang_up()
        began = time.monotonic()
        while terminal.is_running:
            if (lasted := time.monotonic() - began) > LEAVE_SECONDS:
                times = process.cpu_times()
                desk.wrongs.append(
                    f"it runs on without a terminal, {times.user + times.system:.0f} s of CPU in "
                    f"{lasted:.0f} s"
                )
                process.kill()
                return
            time.sleep(0.1)
    desk.judge()


def descriptors_at_their_limit(desk: Desk) -> None:
    """Let no file, socket or pipe be opened while stations and connections drop."""
    with desk.recording() as program:
        desk.until_text()
        soft, hard = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
        used = max(int(fd.name) for fd in Path(f"/proc/{program.pid}/fd").iterdir())
        for name in NAMES[:2]:
            desk.stations.cut(name, 1.0)
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (used - 8, hard))
        time.sleep(desk.seconds)
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (soft, hard))
        desk.until_more()
    desk.judge()
    desk.expect_told("too many files")


def processes_at_their_limit(desk: Desk) -> None:
    """Let no decoder be started while stations drop."""
    full = desk.folder / "full"
    with desk.recording("--no-processes", str(full)):
        desk.until_text()
        full.touch()
        for name in NAMES[:2]:
            desk.stations.cut(name, 1.0)
        time.sleep(desk.seconds)
        full.unlink()
        desk.until_more()
    desk.judge()
    desk.expect_told("decoder broken")


def slow_fsync(desk: Desk) -> None:
    """Use a disk that takes 0.4 s for every sync; end normally."""
    with desk.recording("--fsync", "0.4"):
        desk.until_text(8)
    desk.judge()
    _all_on_disk(desk)


def failing_fsync(desk: Desk) -> None:
    """Let a disk fail for a while; it is reported, and everything is on it at the end."""
    broken = desk.folder / "broken"
    with desk.recording("--fsync-fails", str(broken), expect=None):
        desk.until_text()
        broken.touch()
        time.sleep(desk.seconds)
        broken.unlink()
        desk.until_text(12)
    desk.judge()
    _all_on_disk(desk)
    desk.expect_told("log not saved")


def _all_on_disk(desk: Desk) -> None:
    """Check that the journal has all segments that stdout had."""
    lines = (desk.folder / "stdout").read_bytes().splitlines()
    events = [from_record(json.loads(line)) for line in lines]
    for name in NAMES:
        told = [
            word
            for event in events
            if isinstance(event, SegmentCommitted) and event.session == name
            for word in event.segment.text.split()
        ]
        if told != desk.words(name):
            desk.wrongs.append(f"{name}: {len(told)} words told, {len(desk.words(name))} on disk")


def proxies(desk: Desk) -> None:
    """Reach stations and service through a proxy that refuses and drops connections."""
    proxy = ChaoticProxy(random.Random(7), refused=0.2, seconds=desk.seconds)
    with InBackground(proxy) as there:
        with desk.recording(http_proxy=there.url, no_proxy=""):
            desk.until_text(12)
    if not sum(proxy.done.values()):
        desk.wrongs.append("nothing went through the proxy")
    desk.judge()


def redirected(desk: Desk) -> None:
    """Let the service redirect: the other server must see neither key nor sound."""
    with InBackground(StrictEndpoint(key=None)) as other:
        elsewhere = redirect(other.url() + "/v1/speech-to-text/realtime")
        with InBackground(StrictEndpoint(elsewhere)) as service:
            url = service.url(scheme="http")
            with desk.recording(endpoint=url, expect=1):
                wait_until(lambda: service.handshakes >= len(NAMES))
                time.sleep(1)
        if other.handshakes:
            desk.wrongs.append(f"the redirect was followed {other.handshakes} times")
    for trace in (desk.folder / "stdout", desk.folder / "stderr"):
        if KEY in trace.read_text(errors="replace"):
            desk.wrongs.append(f"the key is in {trace.name}")


Scenario = Callable[[Desk], None]
SCENARIOS: dict[str, Scenario] = {
    scenario.__name__.replace("_", "-"): scenario
    for scenario in (
        suspended,
        suspended_while_draining,
        clock_steps,
        terminal_gone,
        descriptors_at_their_limit,
        processes_at_their_limit,
        slow_fsync,
        failing_fsync,
        proxies,
        redirected,
    )
}


LASTS = {"suspended": 60.0, "suspended-while-draining": 12.0}
"""Seconds of faults that have no effect if they are short."""


def run(name: str, seconds: float = 5.0) -> list[str]:
    """Run one scenario with a fault of `seconds`; return what was wrong, in words."""
    stations = Stations(list(NAMES), None, random.Random(1), {})
    with (
        tempfile.TemporaryDirectory(prefix="scribe-chaos-") as folder,
        InBackground(stations),
        InBackground(StrictEndpoint(Script(latency_seconds=0.1))) as service,
    ):
        desk = Desk(stations, service, Path(folder), seconds)
        try:
            SCENARIOS[name](desk)
        except (AssertionError, OSError) as error:
            desk.wrongs.append(f"{error or 'an assertion failed'}")
        return desk.wrongs


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proofs.chaos.machine", description=__doc__
    )
    parser.add_argument("scenario", nargs="*", help=f"of {', '.join(SCENARIOS)} (all)")
    parser.add_argument(
        "--seconds", type=float, help="how long a fault lasts (5; a machine sleeps for a minute)"
    )
    options = parser.parse_args()
    names = options.scenario or list(SCENARIOS)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(
            pool.map(lambda name: run(name, options.seconds or LASTS.get(name, 5.0)), names)
        )
    for name, wrongs in zip(names, results, strict=True):
        print(f"{name}: {'held' if not wrongs else 'BROKEN'}")
        for wrong in wrongs:
            print(f"    {wrong}")
    return 1 if any(results) else 0


if __name__ == "__main__":
    sys.exit(main())
