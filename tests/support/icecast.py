"""A real Icecast server on loopback, whose mounts ffmpeg feeds in real time."""

from __future__ import annotations

import base64
import getpass
import http.client
import os
import secrets
import socket
import subprocess
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.support.waiting import PATIENCE, wait_until

MOUNTS = {
    "mp3": ("audio/mpeg", ["-c:a", "libmp3lame", "-b:a", "128k", "-f", "mp3"]),
    "aac": ("audio/aac", ["-c:a", "aac", "-b:a", "128k", "-f", "adts"]),
    "ogg": (
        "application/ogg",
        ["-c:a", "libvorbis", "-b:a", "128k", "-page_duration", "200000", "-f", "ogg"],
    ),
}
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100")
CONFIG = """
<icecast>
  <limits><burst-size>65535</burst-size></limits>
  <authentication>
    <source-password>{password}</source-password>
    <admin-user>admin</admin-user><admin-password>{password}</admin-password>
  </authentication>
  <hostname>localhost</hostname>
  <listen-socket><port>{port}</port><bind-address>127.0.0.1</bind-address></listen-socket>
  <paths>
    <logdir>{folder}</logdir><webroot>/usr/share/icecast2/web</webroot>
    <adminroot>/usr/share/icecast2/admin</adminroot><alias source="/" destination="/status.xsl"/>
  </paths>
  <security><chroot>0</chroot>{owner}</security>
</icecast>
"""
OWNER = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"


@dataclass
class Icecast:
    """The running server; a mount is available while it is fed."""

    port: int
    password: str
    ffmpeg: str
    feeders: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def url(self, mount: str) -> str:
        """Return the address of a mount."""
        return f"http://127.0.0.1:{self.port}/{mount}"

    def feed(self, mount: str, sound: Sequence[str] = TONE) -> None:
        """Play `sound`, given as ffmpeg's options of an input, on a mount of `MOUNTS`."""
        kind, codec = MOUNTS[mount]
        target = f"icecast://source:{self.password}@127.0.0.1:{self.port}/{mount}"
        argv = [self.ffmpeg, "-nostdin", "-loglevel", "error", "-re", *sound]
        argv += [*codec, "-content_type", kind]
        self.feeders[mount] = subprocess.Popen([*argv, target], start_new_session=True)

    def stop_feeding(self, mount: str) -> None:
        """Kill the feeder of a mount."""
        feeder = self.feeders.pop(mount)
        feeder.kill()
        feeder.wait()

    def set_title(self, mount: str, title: str) -> None:
        """Set the title now playing."""
        query = urllib.parse.urlencode(
            {"mount": f"/{mount}", "mode": "updinfo", "song": title, "charset": "UTF-8"}
        )
        self.ask(f"/admin/metadata?{query}")

    def ask(self, path: str) -> bytes:
        """Return the answer to a request of the administrator."""
        request = urllib.request.Request(self.url(path.lstrip("/")))
        pair = base64.b64encode(f"admin:{self.password}".encode()).decode()
        request.add_header("Authorization", f"Basic {pair}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return bytes(answer.read())

    def answers(self) -> bool:
        """Return whether the administrator's page is available."""
        try:
            return bool(self.ask("/admin/listmounts"))
        except (OSError, http.client.HTTPException):
            return False

    def is_up(self, mount: str) -> bool:
        """Return whether listeners can connect to the mount."""
        try:
            return f'mount="/{mount}"'.encode() in self.ask("/admin/listmounts")
        except (OSError, http.client.HTTPException):
            return False


@contextmanager
def running(
    program: str, ffmpeg: str, *, sounds: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Icecast]:
    """Run Icecast with every mount of `MOUNTS` fed; all processes end with the block."""
    with _open_folder() as folder:
        server, icecast = _started(folder, program, ffmpeg)
        try:
            for mount in MOUNTS:
                icecast.feed(mount, (sounds or {}).get(mount, TONE))
            for mount in MOUNTS:
                wait_until(partial(icecast.is_up, mount))
            yield icecast
        finally:
            for mount in tuple(icecast.feeders):
                icecast.stop_feeding(mount)
            server.terminate()
            server.wait()


@contextmanager
def _open_folder() -> Iterator[Path]:
    """Yield a folder that everybody may write to.

    Started by root, Icecast listens and then changes to another user, who must reach its logs.
    pytest's own folders are closed to others whenever another run begins.
    """
    with tempfile.TemporaryDirectory(prefix="icecast-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def _started(folder: Path, program: str, ffmpeg: str) -> tuple[subprocess.Popen[bytes], Icecast]:
    """Return a server that answers.

    Icecast 2.4.4 sometimes crashes right after its start, while it starts its threads: then it is
    started again, at most three times.
    """
    owner = OWNER if getpass.getuser() == "root" else ""
    ends = []
    for _ in range(3):
        icecast = Icecast(_port_of_its_own(), base64.b32encode(os.urandom(10)).decode(), ffmpeg)
        config = folder / "icecast.xml"
        config.write_text(
            CONFIG.format(
                port=icecast.port,
                folder=folder,
                password=icecast.password,
                owner=owner,
            )
        )
        server = subprocess.Popen(
            [program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(partial(_answers_or_ended, server, icecast))
        if server.poll() is None:
            return server, icecast
        ends.append(server.returncode)
    raise AssertionError(f"icecast2 did not start: exit codes {ends}")


def _port_of_its_own() -> int:
    """Return a free port below 32768.

    Icecast cannot be told port 0, and a port that the system assigned and took back may go to
    another test first. The system assigns ports from 32768 on, so one below is used.
    """
    while True:
        port = secrets.randbelow(12_000) + 20_000
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def _answers_or_ended(server: subprocess.Popen[bytes], icecast: Icecast) -> bool:
    return server.poll() is not None or icecast.answers()
