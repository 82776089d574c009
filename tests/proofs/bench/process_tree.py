"""CPU time and memory of processes together with all their descendants. Linux."""

from __future__ import annotations

from pathlib import Path

import psutil


def tree(roots: list[int]) -> list[psutil.Process]:
    """Return the living processes of the trees."""
    found: list[psutil.Process] = []
    for root in roots:
        process = psutil.Process(root)
        found += [process, *process.children(recursive=True)]
    return found


def cpu_seconds(roots: list[int]) -> float:
    """Return user and system time so far in seconds, including reaped descendants."""
    total = 0.0
    for process in tree(roots):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def decoder_seconds(roots: list[int]) -> float:
    """Return user and system time so far, in seconds, of the decoders that run now."""
    times = [process.cpu_times() for process in tree(roots) if "ffmpeg" in process.name()]
    return sum(each.user + each.system for each in times)


def pss_bytes(roots: list[int]) -> int:
    """Return bytes of memory; pages shared by several processes are divided (`smaps_rollup`)."""
    return sum(pss_of(process.pid) for process in tree(roots))


def pss_of(pid: int) -> int:
    """Return bytes of memory of one process alone, counted like `pss_bytes`."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no Pss in the smaps_rollup of process {pid}")


def busy_seconds() -> float:
    """Return the seconds so far in which the machine's cores worked, for any process."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def kill_trees(roots: list[int]) -> None:
    """Kill the trees at once and wait until they are gone."""
    processes = tree(roots)
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)
