"""LoopbackSshd: a real sshd on loopback with its own port, host key and accepted user key."""

from __future__ import annotations

import getpass
import os
import shlex
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import psutil

from tests.support.requirements import need
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[2]
TRIES = 5
"""Most tries to start: another program may take a free port before sshd does."""
CONFIG = """\
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
PidFile none
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
PrintLastLog no
LogLevel VERBOSE
"""
CLIENT = (
    "IdentitiesOnly=yes",
    "StrictHostKeyChecking=yes",
    "PasswordAuthentication=no",
    "LogLevel=ERROR",
    "ControlPath=none",
)


class LoopbackSshd:
    """Listens while the block runs; `ssh` is a client's command, `log` the output of sshd."""

    def __init__(self, folder: Path) -> None:
        """`folder` must be empty; it gets keys, configuration and log."""
        self._sshd, self._ssh = need("sshd"), need("ssh")
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def __enter__(self) -> Self:
        keygen = need("ssh-keygen")
        for name in ("host", "user"):
            command = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)]
            subprocess.run(command, check=True)
        (self._folder / "config").write_text(CONFIG.format(folder=self._folder))
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # the empty folder sshd needs
        for _ in range(TRIES):
            if self._listens():
                return self
        raise AssertionError(f"sshd does not start: {self.log}")

    def __exit__(self, *_raised: object) -> None:
        self.cut()
        assert self._process is not None
        self._process.terminate()
        self._process.wait()

    @property
    def log(self) -> str:
        """The output of sshd."""
        return (self._folder / "log").read_text(errors="replace")

    def ssh(self, command: Sequence[str], env: Mapping[str, str] | None = None) -> list[str]:
        """Return a client's command that runs `command` in a terminal there, as the test's user."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        given = {"PYTHONPATH": str(ROOT), "PATH": path, **(env or {})}
        settings = [f"{name}={value}" for name, value in given.items()]
        options = [part for option in CLIENT for part in ("-o", option)]
        known = f"UserKnownHostsFile={self._folder / 'known'}"
        return [
            self._ssh, "-F", "none", "-tt", "-p", str(self.port), "-i", str(self._folder / "user"),
            *options, "-o", known, f"{getpass.getuser()}@127.0.0.1",
            "exec " + shlex.join(["env", *settings, *command]),
        ]  # fmt: skip

    def cut(self) -> None:
        """End every connection at once, as if the remote machine were gone."""
        assert self._process is not None
        for connection in psutil.Process(self._process.pid).children(recursive=False):
            connection.kill()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        host = (self._folder / "host.pub").read_text()
        (self._folder / "known").write_text(f"[127.0.0.1]:{self.port} {host}")
        with (self._folder / "log").open("wb") as log:
            command = [self._sshd, "-D", "-e", "-f", str(self._folder / "config")]
            self._process = subprocess.Popen([*command, "-p", str(self.port)], stderr=log)
        wait_until(lambda: "Server listening" in self.log or self._ended)
        return not self._ended

    @property
    def _ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None
