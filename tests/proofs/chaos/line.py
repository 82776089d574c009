"""Line: a bad network line: two namespaces, real packets, delay, loss and black holes.

With `tc netem` on a veth pair if the kernel has it, else over two TUN devices between which a
process forwards the packets. Needs root and Linux.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Self

NEAR, FAR = "10.213.77.1", "10.213.77.2"
TUN = Path("/dev/net/tun")
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_MTU = 1500


def why_not() -> str | None:
    """Return why no such line is possible here, None if it is."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a network namespace needs Linux and root"
    if shutil.which("ip") is None:
        return "ip (iproute2) is not installed"
    space = f"scribe-try-{os.getpid()}"
    if _try("ip", "netns", "add", space) is not None:
        return "network namespaces cannot be made here"
    try:
        if _has_netem(space) or TUN.exists():
            return None
        return "the kernel has neither netem nor TUN devices"
    finally:
        _try("ip", "netns", "del", space)


class Line:
    """In `with Line() as line:` the namespace `line.space` is reached at `FAR`."""

    def __init__(self) -> None:
        self.space = f"scribe-far-{os.getpid()}"
        self.way = ""
        self._device = f"sc{os.getpid() % 100000}"
        self._relay: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        _run("ip", "netns", "add", self.space)
        try:
            if _has_netem(self.space):
                self._lay_veth()
            else:
                self._lay_tun()
        except BaseException:
            self._clear()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._clear()

    def shape(self, *, delay_ms: float = 0, loss_percent: float = 0) -> None:
        """Set delay and loss of both directions; a loss of 100 percent is a black hole."""
        if self._relay is not None:
            pipe: IO[bytes] | None = self._relay.stdin
            assert pipe is not None
            pipe.write(f"{delay_ms} {loss_percent}\n".encode())
            pipe.flush()
            return
        netem = ("netem", "delay", f"{delay_ms}ms", "loss", f"{loss_percent}%")
        for place in ((), ("ip", "netns", "exec", self.space)):
            device = f"{self._device}b" if place else f"{self._device}a"
            _run(*place, "tc", "qdisc", "replace", "dev", device, "root", *netem)

    def _lay_veth(self) -> None:
        self.way = "tc netem on a veth pair"
        near, far = f"{self._device}a", f"{self._device}b"
        _run("ip", "link", "add", near, "type", "veth", "peer", "name", far)
        _run("ip", "link", "set", far, "netns", self.space)
        self._set_up(near, far)

    def _lay_tun(self) -> None:
        self.way = "packets carried between two TUN devices"
        near, far = f"{self._device}a", f"{self._device}b"
        self._relay = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.chaos.line", near, far, self.space],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert self._relay.stdout is not None
        assert self._relay.stdout.readline() == b"ready\n"
        self._set_up(near, far)

    def _set_up(self, near: str, far: str) -> None:
        _run("ip", "address", "add", f"{NEAR}/30", "dev", near)
        _run("ip", "link", "set", near, "up")
        inside = ("ip", "netns", "exec", self.space)
        _run(*inside, "ip", "address", "add", f"{FAR}/30", "dev", far)
        _run(*inside, "ip", "link", "set", far, "up")

    def _clear(self) -> None:
        if self._relay is not None:
            for pipe in (self._relay.stdin, self._relay.stdout):
                if pipe is not None:
                    pipe.close()
            self._relay.wait(5)
        _try("ip", "link", "del", f"{self._device}a")
        _try("ip", "netns", "del", self.space)


def _has_netem(space: str) -> bool:
    if shutil.which("tc") is None:
        return False
    inside = ("ip", "netns", "exec", space)
    return _try(*inside, "tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "1ms") is None


def _run(*command: str) -> None:
    error = _try(*command)
    if error is not None:
        raise OSError(f"{' '.join(command)}: {error}")


def _try(*command: str) -> str | None:
    """Run a command; return its error, None if there was none."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else done.stderr.strip()


class Relay:
    """Forwards packets between two TUN devices, as badly as set through stdin."""

    def __init__(self, near: int, far: int) -> None:
        self._ends = {near: far, far: near}
        self._delay = 0.0
        self._loss = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for end in self._ends:
            loop.add_reader(end, self._carry, end)
        while line := await asyncio.to_thread(sys.stdin.readline):
            delay_ms, loss_percent = map(float, line.split())
            self._delay, self._loss = delay_ms / 1000, loss_percent / 100

    def _carry(self, end: int) -> None:
        packet = os.read(end, _MTU + 100)
        if random.random() >= self._loss:
            loop = asyncio.get_running_loop()
            loop.call_later(self._delay, self._deliver, self._ends[end], packet)

    def _deliver(self, end: int, packet: bytes) -> None:
        with suppress(OSError):  # not up yet, or its queue is full: lost, as packets are
            os.write(end, packet)


def _tun(name: str) -> int:
    device = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def _relay(near: str, far: str, space: str) -> None:
    near_end = _tun(near)
    far_end = _tun(far)  # a device keeps working when it is moved to another namespace
    _run("ip", "link", "set", far, "netns", space)
    print("ready", flush=True)
    asyncio.run(Relay(near_end, far_end).run())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Carry packets; used by Line.")
    parser.add_argument("near")
    parser.add_argument("far")
    parser.add_argument("space")
    options = parser.parse_args()
    _relay(options.near, options.far, options.space)
