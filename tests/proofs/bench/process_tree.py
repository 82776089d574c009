"""CPU time and memory of processes together with all their descendants. Linux."""

from __future__ import annotations

from pathlib import Path

import psutil


def tree(roots: list[int]) -> list[psutil.Process]:
    """The living processes of the trees."""
    found: list[psutil.Process] = []
    for root in roots:
        process = psutil.Process(root)
        found += [process, *process.children(recursive=True)]
    return found


def cpu_seconds(roots: list[int]) -> float:
    """User and system time so far, that of descendants already reaped included."""
    total = 0.0
    for process in tree(roots):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def decoder_seconds(roots: list[int]) -> float:
    """User and system time so far of the decoders that run now."""
    times = [process.cpu_times() for process in tree(roots) if "ffmpeg" in process.name()]
    return sum(each.user + each.system for each in times)


def pss_bytes(roots: list[int]) -> int:
    """Memory, pages shared by several processes counted in parts (`smaps_rollup`)."""
    return sum(pss_of(process.pid) for process in tree(roots))


def pss_of(pid: int) -> int:
    """Memory of one process alone, as `pss_bytes` counts it."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"no Pss in the smaps_rollup of process {pid}")


def busy_seconds() -> float:
    """Time so far in which the machine's cores worked, whatever for."""
    times = psutil.cpu_times()
    return times.user + times.nice + times.system + times.irq + times.softirq


def kill_trees(roots: list[int]) -> None:
    """End the trees at once and wait until they are gone."""
    processes = tree(roots)
    for process in processes:
        process.kill()
    psutil.wait_procs(processes, timeout=10)
